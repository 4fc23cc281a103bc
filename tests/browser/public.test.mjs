// The public page, as a stranger meets it in a real browser: they register, wait, move up; a speaker says what is missing.
// The letters that go nowhere in the demo are read where its visitor reads them.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { assertNoProblems, openBrowser, startDemo, visit } from './harness.mjs';
import { looksRight } from './judges.mjs';

let demo, browser;
before(async () => {
  [demo, browser] = await Promise.all([startDemo(), openBrowser()]);
});
after(async () => {
  await browser?.close();
  assert.equal(await demo?.stop(), 0, demo?.log());
});

const at = (path) => new URL(path, demo.url).href;

/// Somebody types a command in the demo's chat.
async function says(who, text) {
  const answer = await fetch(at('chat/say'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ as: who, room: `dm-${who}`, text, id: `t-${Date.now()}-${Math.floor(Math.random() * 1e9)}` }),
  });
  assert.ok(answer.ok, await answer.text());
}

/// The first letter to `to`, waited for as its reader would.
async function letter(page, to, words) {
  for (let tries = 0; tries < 100; tries += 1) {
    await page.goto(at('demo/letters'));
    const found = page.locator('section.sheet', { hasText: to }).filter({ hasText: words }).first();
    if (await found.count()) return found;
    await page.waitForTimeout(100);
  }
  return assert.fail(`no letter to ${to} that says ${words}`);
}

/// The number of the next session on the page.
async function next(page) {
  await page.goto(at(''));
  const href = await page.locator('.next h2 a').getAttribute('href');
  return Number(/session\/(\d+)/.exec(href)[1]);
}

async function fill(page, number, name, email) {
  await page.goto(at(`session/${number}`));
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('E-mail', { exact: true }).fill(email);
  await page.getByLabel('Organisation').fill('Riverside College');
  await page.getByLabel('Country').selectOption({ label: 'Kenya' });
  await page.getByRole('checkbox', { name: /may be kept/ }).check();
  await page.getByRole('button', { name: /Register|Join the waitlist/ }).click();
  await page.getByRole('heading', { name: 'Look into your mail' }).waitFor();
}

test('a stranger registers, waits, and moves up', async () => {
  const page = await visit(browser, at(''));
  const number = await next(page);
  await says('ada', `session capacity ${number} 1`);
  await page.goto(at(`session/${number}`));
  await fill(page, number, 'Wanjiru Otieno', 'wanjiru@college.example');
  await looksRight(page, 'asked');
  const asked = await letter(page, 'wanjiru@college.example', 'Please confirm');
  await asked.getByRole('link', { name: 'Yes, I will come' }).click();
  await page.getByRole('heading', { name: 'Will you come?' }).waitFor();
  await looksRight(page, 'registration-open');
  await page.getByRole('button', { name: 'Yes, I will come' }).click();
  await page.getByRole('heading', { name: /You are \d+(st|nd|rd|th) in line/ }).waitFor();
  await looksRight(page, 'registration-waits');
  const status = page.url();
  await says('ada', `session capacity ${number} 300`);
  await letter(page, 'wanjiru@college.example', /seat/);
  await page.goto(status);
  await page.getByRole('heading', { name: /See you there/ }).waitFor();
  await looksRight(page, 'registration-in');
  await page.getByRole('button', { name: 'I can’t come' }).click();
  await page.getByRole('heading', { name: 'You do not come' }).waitFor();
  assertNoProblems(page);
});

test('what is forgotten is said beside its field, and nothing is lost', async () => {
  const page = await visit(browser, at(''));
  const number = await next(page);
  await page.goto(at(`session/${number}`));
  await page.getByLabel('Name', { exact: true }).fill('Wanjiru <b>Otieno</b>');
  await page.getByRole('button', { name: /Register|Join the waitlist/ }).click();
  await page.getByText('Please write your e-mail address.').waitFor();
  assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'Wanjiru <b>Otieno</b>');
  await looksRight(page, 'session-wrong');
});

test('the page reads well, wide and narrow, light and dark', async () => {
  for (const [name, more] of [
    ['wide', {}],
    ['narrow', { width: 390, height: 844, isMobile: true, hasTouch: true }],
    ['dark', { colorScheme: 'dark' }],
  ]) {
    const page = await visit(browser, at(''), more);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await looksRight(page, `home-${name}`);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `${name}: ${overflow} pixels too wide`);
    const number = await next(page);
    await page.goto(at(`session/${number}`));
    await looksRight(page, `session-${name}`);
    assertNoProblems(page);
    await page.context().close();
  }
});

test('the page works without scripts and by the keyboard alone', async () => {
  const page = await visit(browser, at(''), { javaScriptEnabled: false });
  await page.keyboard.press('Tab');
  assert.equal(await page.locator(':focus').textContent(), 'Skip to the content');
  await page.keyboard.press('Enter');
  const register = page.locator('.next').getByRole('link', { name: /Register|Join/ });
  await register.focus();
  await page.keyboard.press('Enter');
  await page.getByLabel('Name', { exact: true }).waitFor();
  await page.context().close();
});

test('a speaker says what is missing, without an account', async () => {
  const page = await visit(browser, at(''));
  const number = await next(page);
  await says('ada', `session speaker ${number} "Lena Brook (Delta School)"`);
  await says('ada', `session page ${number} "Lena Brook"`);
  const link = await told('ada', /http:\S+\/speaker\/[0-9a-f]+/);
  await page.goto(link);
  await page.getByRole('heading', { name: 'What we still need' }).waitFor();
  assert.equal(await page.locator('input:checked').count(), 0);
  await looksRight(page, 'speaker');
  await page.getByLabel('Title of your talk').fill('What a delta remembers');
  await page.getByRole('group', { name: 'May your talk be recorded?' }).getByLabel('Yes').check();
  await page.getByRole('button', { name: 'Keep this' }).click();
  await page.getByText('Thank you, that is kept.').waitFor();
  await looksRight(page, 'speaker-saved');
  await page.goto(at(`session/${number}`));
  await page.getByText('What a delta remembers').waitFor();
  assertNoProblems(page);
});

/// What the chat tells `who` next that matches.
async function told(who, pattern) {
  for (let tries = 0; tries < 100; tries += 1) {
    const answer = await fetch(at(`chat/state?as=${who}`));
    const found = [...(await answer.text()).matchAll(new RegExp(pattern, 'g'))].at(-1);
    if (found) return found[0].replace(/["\\].*$/, '');
    await new Promise((done) => setTimeout(done, 100));
  }
  return assert.fail(`nothing like ${pattern} was told`);
}
