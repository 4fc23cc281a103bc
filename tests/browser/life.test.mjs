// The main job, lived through in the browser: a session is announced, answered, reminded of, held, counted and
// summed up, while the visitor moves the clock.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { assertNoProblems, openBrowser, screenshot, startDemo, visit } from './harness.mjs';

let browser;
let demo;

before(async () => {
  [browser, demo] = await Promise.all([openBrowser(), startDemo()]);
});

after(async () => {
  await browser?.close();
  assert.equal(await demo?.stop(), 0, 'the demo stops cleanly when asked to');
});

/// More events than lie between an announcement and the digest after its session.
const PATIENCE = 60;

async function enter() {
  const page = await visit(browser, new URL('chat', demo.url).href, { width: 1200, height: 900 });
  await page.locator('#clock').waitFor();
  await page.getByRole('button', { name: 'Got it' }).click();
  return page;
}

const open = (page, name) =>
  page
    .getByRole('navigation')
    .getByRole('button', { name: new RegExp(`^\\W*${name}`, 'i') })
    .click();

/// Says `text` and answers with the post of the bot that comes next.
async function say(page, text) {
  const before = await page.locator('.post:has(.badge)').count();
  await page.locator('#line').fill(text);
  await page.keyboard.press('Enter');
  const answer = page.locator('.post:has(.badge)').nth(before);
  await answer.waitFor();
  return answer;
}

/// Moves on from event to event until `wanted` can be read.
async function liveUntil(page, wanted) {
  const next = page.locator('[data-step=next][aria-disabled=false]');
  for (let events = 0; events < PATIENCE && (await wanted.count()) === 0; events += 1) {
    await next.click();
    await next.waitFor();
  }
  await wanted.first().waitFor();
}

const titled = (page, ...texts) =>
  texts.reduce((posts, text) => posts.filter({ hasText: text }), page.locator('.post'));

test('a session is lived through, from its announcement to the digest', async () => {
  const page = await enter();
  await open(page, 'Convene');
  const preview = await say(page, 'session announce ks next');
  assert.match(await preview.innerText(), /would be posted in #announcements:\s+13 · Knowledge Share: Synthetic data/);
  await screenshot(page, 'life-preview');
  await preview.getByRole('button', { name: 'Post', exact: true }).click();

  await open(page, 'announcements');
  const card = titled(page, '13 · Knowledge Share: Synthetic data', ' of 300 yes');
  await card.filter({ hasText: '58 of 300 yes' }).waitFor();
  await card.getByRole('button', { name: /^Yes/ }).click();
  await card.filter({ hasText: '59 of 300 yes' }).waitFor();
  await screenshot(page, 'life-card');

  await open(page, 'Convene');
  await titled(page, "You're in", '13 · Knowledge Share').waitFor();
  await liveUntil(page, titled(page, '13 · Knowledge Share', 'Starts in 1 day'));
  await liveUntil(page, titled(page, '13 · Knowledge Share', 'Starts in 1 hour', 'You said yes.'));
  await screenshot(page, 'life-reminders');

  await open(page, 'announcements');
  const begins = titled(page, '13 · Knowledge Share', 'Starts now');
  await liveUntil(page, begins);
  await begins.getByRole('button', { name: "I'm here" }).click();
  await screenshot(page, 'life-begins');

  await open(page, 'organisers');
  const summary = titled(page, '13 · Knowledge Share', 'Held Mon 28 Sep 2026', 'Known from: check-in');
  await liveUntil(page, summary);
  assert.match(await summary.innerText(), /Invited \d+, yes 113, came \d+\./);
  await screenshot(page, 'life-summary');
  const letGo = page.getByRole('button', { name: 'Post', exact: true });
  const draft = titled(page, 'Draft: Digest', '5 October 2026').filter({ has: letGo });
  await liveUntil(page, draft);
  await screenshot(page, 'life-digest-draft');
  await draft.getByRole('button', { name: 'Post', exact: true }).click();
  await open(page, 'announcements');
  await liveUntil(page, titled(page, 'The week at', '5 October 2026'));
  await screenshot(page, 'life-digest');
  assertNoProblems(page);
});
