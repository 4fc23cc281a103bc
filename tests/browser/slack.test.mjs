// The screens of Slack, drawn from the blocks that the stories in tests/peers/slack have kept, to be looked at in
// target/tests/screens. What cannot be drawn, or does not fit, fails.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { openBrowser } from './harness.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const screens = resolve(here, '../..', process.env.CARGO_TARGET_DIR ?? 'target', 'tests/screens');
const names = ['card', 'home', 'modal', 'digest', 'summary'];

let browser;
before(async () => {
  browser = await openBrowser();
});
after(() => browser?.close());

for (const name of names) {
  const kept = join(screens, `slack-${name}.json`);
  test(`the ${name} can be looked at`, { skip: !existsSync(kept) && 'run the stories in tests/peers/slack first' }, async () => {
    const page = await browser.newPage({ viewport: { width: 700, height: 200 } });
    await page.goto(`file://${join(here, 'slack.html')}`);
    const screen = JSON.parse(readFileSync(kept, 'utf8'));
    await page.evaluate((given) => draw(given), screen);
    assert.equal(await page.locator('.unknown, .calls').count(), 0);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert.ok(!wide, 'it is wider than the page');
    assert.ok((await page.locator('body').innerText()).trim().length > 40);
    mkdirSync(screens, { recursive: true });
    await page.screenshot({ path: join(screens, `slack-${name}.png`), fullPage: true });
    await page.close();
  });
}
