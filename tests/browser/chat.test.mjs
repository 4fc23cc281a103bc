// The chat page of the demo, as a first-time visitor meets it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import {
  assertNoProblems,
  expectText,
  openBrowser,
  screenshot,
  startDemo,
} from './harness.mjs';
import * as visitor from './visitor.mjs';
import { open, write } from './visitor.mjs';

let browser;
let demo;

before(async () => {
  [browser, demo] = await Promise.all([openBrowser(), startDemo()]);
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

/// The page as somebody comes in.
const enter = (more) => visitor.enter(browser, demo.url, more);

test('a first visit says what to do, and says it once', async () => {
  const page = await enter({ guide: true });
  await expectText(page, 'This is a demo community.');
  await screenshot(page, 'chat-first-visit');
  await page.getByRole('button', { name: 'Got it' }).click();
  await page.reload();
  await page.locator('#clock').waitFor();
  assert.equal(await page.locator('#guide').isVisible(), false);
  assertNoProblems(page);
});

test('the bot answers in the direct room', async () => {
  const page = await enter();
  await open(page, 'Convene');
  const before = await page.locator('.post:has(.badge)').count();
  await write(page, 'help');
  await page.locator('.post', { hasText: 'help' }).first().waitFor();
  await page.locator('.post:has(.badge)').nth(before).waitFor();
  assert.equal(await page.locator('#line').inputValue(), '');
  assertNoProblems(page);
});

test('somebody else is chosen by name with the keyboard alone', async () => {
  const page = await enter();
  const before = await page.locator('#me-name').textContent();
  await page.locator('#me').focus();
  await page.keyboard.press('Enter');
  const second = page.getByRole('option').nth(1);
  const name = await second.locator('strong').textContent();
  await page.keyboard.type(name);
  await page.keyboard.press('Enter');
  await page.locator('#me-name').filter({ hasText: name }).waitFor();
  assert.notEqual(name, before);
  await page.reload();
  await page.locator('#me-name').filter({ hasText: name }).waitFor();
  assertNoProblems(page);
});

test('what one visitor says, another reads at once, as text', async () => {
  const [one, other] = await Promise.all([enter(), enter()]);
  await Promise.all([open(one, 'general'), open(other, 'general')]);
  await write(one, '<img src=x onerror="alert(1)"> & hello');
  const said = other.locator('.post', { hasText: '<img src=x onerror="alert(1)"> & hello' });
  await said.waitFor();
  assert.equal(await other.locator('.post img').count(), 0);
  await said.getByRole('button', { name: /^Reply/ }).click();
  await write(other, 'hello back');
  await one.locator('.replies .post', { hasText: 'hello back' }).waitFor();
  assertNoProblems(one);
  assertNoProblems(other);
});

test('the clock moves for every visitor', async () => {
  const [one, other] = await Promise.all([enter(), enter()]);
  const shown = await other.locator('#clock-shown').textContent();
  await one.getByRole('button', { name: '+1 week' }).click();
  await other.locator('#clock-shown').filter({ hasNotText: shown }).waitFor();
  await one.locator('[data-step=next][aria-disabled=false]').waitFor();
  await one.getByRole('button', { name: 'Next event', exact: true }).click();
  await expectText(one, 'Just now: ');
  await screenshot(one, 'chat-next-event');
  assertNoProblems(one);
});

for (const colorScheme of ['light', 'dark']) {
  test(`it fits a narrow ${colorScheme} screen`, async () => {
    const page = await enter({ guide: true, width: 360, height: 740, colorScheme });
    const wide = () => page.evaluate(() => document.documentElement.scrollWidth);
    assert.equal(await wide(), 360);
    await screenshot(page, `chat-narrow-${colorScheme}`);
    await page.getByRole('button', { name: /^Rooms/ }).click();
    await open(page, 'general');
    await page.getByRole('heading', { name: '# general' }).waitFor();
    assert.equal(await page.getByRole('navigation').isVisible(), false);
    assert.equal(await wide(), 360);
    assertNoProblems(page);
  });
}

test('a lost connection is said, and nothing typed is lost', async () => {
  const page = await enter();
  await demo.stop();
  await expectText(page, 'Connection lost. Trying again …');
  await write(page, '!help');
  await expectText(page, 'There is no connection right now.');
  assert.equal(await page.locator('#line').inputValue(), '!help');
});
