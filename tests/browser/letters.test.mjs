// The letters that the story in tests/peers/mail has kept, and the pages that their links lead to, as a telephone and a desk show
// them, light and dark: pictures in target/tests/screens, to be looked at. axe-core judges contrasts in both.

import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { openBrowser } from './harness.mjs';
import { accessible, picture, wellFormed } from './judges.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const screens = resolve(here, '../..', process.env.CARGO_TARGET_DIR ?? 'target', 'tests/screens');
const letters = (existsSync(screens) ? readdirSync(screens) : []).filter((name) => /^letter-.*\.html$/.test(name));

// What a page has and a letter has not: its title is its subject, and a mail program puts it among other things.
const ofPages = /landmark-one-main|region|page-has-heading-one/;

let browser;
before(async () => {
  browser = await openBrowser();
});
after(() => browser?.close());

test('letters can be looked at', { skip: !letters.length && 'run the story in tests/peers/mail first' }, async (all) => {
  assert.ok(letters.length > 20, 'some are missing');
  for (const file of letters) {
    const name = file.replace('.html', '');
    await all.test(name, async () => {
      for (const width of [390, 1000]) {
        for (const colorScheme of ['light', 'dark']) {
          const page = await browser.newPage({ viewport: { width, height: 200 }, colorScheme });
          await page.goto(`file://${join(screens, file)}`);
          const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
          assert.ok(!wide, 'it is wider than the window');
          await picture(page, `${name}-${width}-${colorScheme}`);
          const found = (await accessible(page)).filter((fault) => !ofPages.test(fault));
          assert.deepEqual([...found, ...(await wellFormed(page))], [], `${width} ${colorScheme}`);
          await page.close();
        }
      }
    });
  }
});
