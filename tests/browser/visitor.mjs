// What a visitor of the demo does on the chat page, in their words: come in, be somebody, open a room, write, press,
// let time pass. Each step waits for what they would see next.

import { expectText, visit } from './harness.mjs';

/// The chat page at `url` once it has a person, a room and a clock; the guide is closed unless asked for.
export async function enter(browser, url, { guide = false, ...more } = {}) {
  const page = await visit(browser, new URL('chat', url).href, more);
  await page.locator('#me-name').filter({ hasText: /\w/ }).waitFor({ state: 'attached' });
  await page.locator('#clock').waitFor();
  if (!guide) await page.getByRole('button', { name: 'Got it' }).click();
  return page;
}

/// Opens the room whose name begins with `name`; `Convene` is the bot's direct room.
export const open = (page, name) =>
  page
    .getByRole('navigation')
    .getByRole('button', { name: new RegExp(`^\\W*${name}`, 'i') })
    .click();

/// Types a line into the open room and sends it.
export async function write(page, text) {
  await page.locator('#line').fill(text);
  await page.keyboard.press('Enter');
}

/// Becomes somebody else, by name.
export async function become(page, name) {
  await page.locator('#me').click();
  await page.locator('#chooser-search').fill(name);
  await page.getByRole('option').filter({ hasText: name }).first().click();
  await page.locator('#me-name').filter({ hasText: name }).waitFor();
}

/// The last post of the bot that says `text`, once there is one. Lists and titles are looked through too.
export async function said(page, text) {
  const post = page.locator('.post:has(.badge)').filter({ hasText: text }).last();
  await post.waitFor();
  return post;
}

/// Writes to the bot in its direct room and answers its next post that says `expected`, as text.
export async function ask(page, text, expected) {
  await open(page, 'Convene');
  await page.getByRole('heading', { name: 'Convene', exact: true, level: 1 }).waitFor();
  const answers = page.locator('.post:has(.badge)').filter({ hasText: expected });
  const before = await answers.count();
  await write(page, text);
  await answers.nth(before).waitFor();
  return answers.nth(before).innerText();
}

/// Presses a button of the last post of the bot that says `text`.
export async function press(page, text, label) {
  await (await said(page, text)).getByRole('button', { name: label, exact: true }).click();
}

/// Moves the clock by `+1 hour`, `+1 day` or `+1 week`, and waits until it stands again at `shown`.
export async function pass(page, stride, shown) {
  await page.locator('[data-step=next][aria-disabled=false]').waitFor();
  await page.getByRole('button', { name: stride, exact: true }).click();
  await page.locator('#clock-shown').filter({ hasText: shown }).waitFor();
  await page.locator('[data-step=next][aria-disabled=false]').waitFor();
}

/// Waits until the open room shows `text` in a post that was edited.
export async function edited(page, text) {
  const posts = page.locator('.post:has(.edited)');
  await posts.filter({ hasText: text }).last().waitFor();
}

export { expectText };
