// The first thing a visitor sees: the demo answers, shows its chat, and asks nobody else.

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

test('the demo greets its visitor', async () => {
  const page = await visit(browser, demo.url);
  assert.notEqual(await page.title(), '');
  assert.equal(await page.locator('h1').count(), 1, 'one heading says where one is');
  await screenshot(page, 'demo-first-sight');
  assertNoProblems(page);
});

test('the demo fits a telephone', async () => {
  const page = await visit(browser, demo.url, { width: 390, height: 844 });
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  assert.ok(overflow <= 0, `the page is ${overflow} pixels wider than the screen`);
  await screenshot(page, 'demo-telephone');
  assertNoProblems(page);
});
