// The pages of those who run a community, as Ada lives them in the demo: she signs in by the link that the bot sends her,
// and every page is judged and pictured on a desk and on a telephone, by day and by night.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { assertNoProblems, expectText, openBrowser, startDemo, visit } from './harness.mjs';
import { looksRight, picture } from './judges.mjs';

let browser;
let demo;

before(async () => {
  [browser, demo] = await Promise.all([openBrowser(), startDemo()]);
});

after(async () => {
  await browser?.close();
  assert.equal(await demo?.stop(), 0, 'the demo stops cleanly when asked to');
});

/// Ada signs in: she asks on the page and follows the link in her direct messages.
async function signIn(page) {
  await page.goto(`${demo.url}app/sign-in`);
  await page.getByLabel('Your account in chat').fill('ada');
  await page.getByRole('button', { name: 'Send me a link' }).click();
  await expectText(page, 'A link is on its way');
  const link = await page.waitForFunction(async () => {
    const state = await fetch('/chat/state?as=ada').then((answer) => answer.text());
    return [...state.matchAll(/\/app\/sign-in\/[0-9a-f]{64}/g)].at(-1)?.[0];
  });
  await page.goto(new URL(await link.jsonValue(), demo.url).href);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(/\/app$/);
}

let cookies;

/// One more window of Ada's, who signed in once.
async function asAda(options) {
  const page = await visit(browser, `${demo.url}app/sign-in`, options);
  if (cookies) {
    await page.context().addCookies(cookies);
    await page.goto(`${demo.url}app`);
  } else {
    await signIn(page);
    cookies = await page.context().cookies();
  }
  return page;
}

/// Every page is judged before any fault is told.
async function judgeAll(page, prefix) {
  const faults = [];
  const judge = async (name) => {
    await fits(page, name).catch((fault) => faults.push(fault.message));
    await looksRight(page, `${prefix}-${name}`).catch((fault) => faults.push(fault.message));
  };
  for (const [name, path] of pages) {
    await page.goto(demo.url + path);
    await judge(name);
  }
  for (const [name, path, ...clicks] of followed) {
    await page.goto(demo.url + path);
    for (const click of clicks) await page.locator(click).first().click();
    await judge(name);
  }
  assert.deepEqual(faults, []);
  assertNoProblems(page);
}

/// No page is wider than its screen.
async function fits(page, name) {
  const wider = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  assert.ok(wider <= 0, `${name} is ${wider} pixels wider than the screen`);
}

const pages = [
  ['season', 'app'],
  ['held', 'app?show=past'],
  ['plan', 'app/plan'],
  ['series-all', 'app/series'],
  ['people', 'app/people'],
  ['alike', 'app/people/alike'],
  ['newcomers', 'app/people/newcomers'],
  ['rehearsal', 'app/rehearsal?days=30'],
  ['figures', 'app/figures'],
  ['figure', 'app/figures/attendances'],
  ['drafts', 'app/drafts'],
  ['outbox', 'app/outbox'],
  ['wordings', 'app/wordings'],
  ['wording', 'app/wordings/card'],
  ['settings', 'app/settings'],
  ['log', 'app/log'],
  ['import', 'app/import?what=series'],
  ['import-attendance', 'app/import?what=attendance'],
  ['act', 'app/do/series-new'],
  ['sign-in', 'app/sign-in'],
];

/// Pages that one comes to by the first of a list, and further.
const followed = [
  ['session', 'app', 'table.season a'],
  ['session-held', 'app?show=past', 'table.season a'],
  ['person', 'app/people?q=ada', 'table a'],
  ['person-held', 'app/people?q=mei', 'table a', '.actions a[href$="/held"]'],
  ['series', 'app/series', '.list a'],
];

test('every page is sound on a desk', async () => {
  await judgeAll(await asAda(), 'app');
});

test('every page fits a telephone, at night', async () => {
  await judgeAll(await asAda({ width: 390, height: 844, colorScheme: 'dark' }), 'phone');
});

test('it works without scripts', async () => {
  const still = await asAda({ javaScriptEnabled: false });
  await still.goto(`${demo.url}app/do/deadline-add`);
  await still.getByLabel('Day').fill('2027-01-15');
  await still.getByLabel('What is due').fill('Abstracts for the spring workshop');
  await still.getByRole('button', { name: 'Add' }).click();
  await expectText(still, 'Abstracts for the spring workshop');
});

test('from one’s own CSV to the first announcement', async () => {
  const page = await asAda();
  await page.getByRole('link', { name: 'Import a file' }).click();
  await page.getByRole('link', { name: 'Sessions', exact: true }).click();
  const table = (rows) => ({
    name: 'Our talks.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(`Date,Start,Theme,Speakers\n${rows.join('\n')}\n`),
  });
  // A mistake is named by its line, and nothing is lost.
  await page.getByLabel('File', { exact: true }).setInputFiles(table(['2027-13-04,10:00,Rivers,Nia Oak']));
  await page.getByLabel('Title of a new series').fill('River Talks');
  await page.getByLabel('Rule of a new series').fill('first Monday of every month 10:00-11:00');
  await page.getByRole('button', { name: 'Show what it would do' }).click();
  await expectText(page, 'Nothing was changed');
  await page.goBack();
  await page
    .getByLabel('File', { exact: true })
    .setInputFiles(table(['2027-01-04,10:00,Rivers from above,Nia Oak', '2027-02-01,10:00,Rivers from below,Tom Ash']));
  await page.getByLabel('Title of a new series').fill('River Talks');
  await page.getByLabel('Rule of a new series').fill('first Monday of every month 10:00-11:00');
  await page.getByRole('button', { name: 'Show what it would do' }).click();
  await expectText(page, 'This is what it would do');
  await picture(page, 'story-csv-looked-at');
  await page.getByRole('button', { name: 'Yes, take it in' }).click();
  await expectText(page, 'Taken in');
  await page.getByRole('link', { name: 'To the season' }).click();
  await page.getByRole('link', { name: 'Rivers from above' }).click();
  await page.getByRole('link', { name: 'Announce' }).click();
  await page.getByRole('button', { name: 'Show the announcement' }).click();
  await expectText(page, 'Rivers from above');
  await picture(page, 'story-announcement');
  await page.getByRole('button', { name: 'Post' }).click();
  await page.goto(`${demo.url}app`);
  const row = page.getByRole('row', { name: /Rivers from above/ });
  await row.getByText('announced', { exact: true }).waitFor();
  const chat = await page.waitForFunction(async () => {
    const state = await fetch('/chat/state?as=ada').then((answer) => answer.text());
    return state.includes('Rivers from above');
  });
  assert.ok(await chat.jsonValue());
});

test('a season of six sessions in one form', async () => {
  const page = await asAda();
  await page.getByRole('link', { name: 'Plan sessions' }).click();
  await page.getByLabel('Series').selectOption('');
  if (!(await page.getByLabel('Title').isVisible())) await page.getByText('A new series').click();
  await page.getByLabel('Title').fill('Estuary Evenings');
  await page.getByLabel('Short name').fill('ee');
  await page.getByLabel('Rule').fill('first Thursday of every month 17:00-18:00');
  const days = ['2027-01-07', '2027-02-04', '2027-03-04', '2027-04-01', '2027-05-06', '2027-06-03'];
  for (const [at, day] of days.entries()) {
    await page.locator(`#date-${at + 1}`).fill(day);
    await page.locator(`#start-${at + 1}`).fill('17:00');
    await page.locator(`#theme-${at + 1}`).fill(`Evening ${at + 1}`);
  }
  await picture(page, 'story-six-typed');
  await page.getByRole('button', { name: 'Show what would be planned' }).click();
  await expectText(page, /6 sessions added/);
  await page.getByRole('button', { name: 'Yes, take it in' }).click();
  await page.getByRole('link', { name: 'To the season' }).click();
  for (const at of days.keys()) await expectText(page, `Evening ${at + 1}`);
  await looksRight(page, 'story-six-planned');
});

test('a session is moved, and those concerned are told', async () => {
  const page = await asAda();
  const row = page.getByRole('row').filter({ has: page.getByText('announced', { exact: true }) });
  await row.getByRole('link').first().click();
  await page.getByRole('link', { name: 'Move', exact: true }).click();
  await page.getByLabel('New day').fill('2026-12-16');
  await page.getByRole('button', { name: 'Show what would happen' }).click();
  const move = page.getByRole('button', { name: 'Move', exact: true });
  await move.or(page.getByText('Take it back')).first().waitFor();
  if (await move.isVisible()) {
    await picture(page, 'story-move-looked-at');
    await move.click();
  }
  await expectText(page, /16 Dec/);
  await looksRight(page, 'story-moved');
});

test('of two windows that change one session the later sees both versions', async () => {
  const [one, other] = [await asAda(), await asAda()];
  await one.locator('table.season a').first().click();
  await other.goto(one.url());
  const title = async (page, text) => {
    await page.locator('summary', { hasText: /^Title$/ }).click();
    await page.getByLabel('Title', { exact: true }).fill(text);
    await page.getByRole('button', { name: 'Set the title' }).click();
  };
  await title(one, 'Rivers by night');
  await expectText(one, 'Title set');
  await title(other, 'Rivers by day');
  await expectText(other, 'Changed meanwhile');
  await expectText(other, 'Rivers by night');
  assert.equal(await other.getByLabel('Title', { exact: true }).inputValue(), 'Rivers by day');
  await looksRight(other, 'story-changed');
  await other.getByRole('button', { name: 'Set the title' }).click();
  await expectText(other, 'Title set');
  await one.reload();
  await expectText(one, 'Rivers by day');
});

test('attendance is imported and the names are decided', async () => {
  const page = await asAda();
  await page.goto(`${demo.url}app?show=past`);
  await page.locator('table.season a').first().click();
  const session = page.url();
  await page.getByRole('link', { name: /Import the video platform/ }).click();
  const report = [
    'Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest',
    'Nia Oak,nia.oak@elsewhere.example,2026-09-01 14:00:00,2026-09-01 15:00:00,60,Yes',
    'Tablet in the kitchen,,2026-09-01 14:05:00,2026-09-01 14:50:00,45,Yes',
    'Somebody’s phone,,2026-09-01 14:10:00,2026-09-01 14:40:00,30,Yes',
  ].join('\n');
  await page.getByLabel('File', { exact: true }).setInputFiles({ name: 'report.csv', mimeType: 'text/csv', buffer: Buffer.from(report) });
  await page.getByRole('button', { name: 'Show what it would do' }).click();
  await expectText(page, /to decide on/);
  await page.getByRole('button', { name: 'Yes, take it in' }).click();
  await page.goto(session);
  await expectText(page, 'Tablet in the kitchen');
  await looksRight(page, 'story-review');
  for (let left = await page.getByRole('button', { name: 'Nobody', exact: true }).count(); left > 0; left -= 1) {
    await page.getByRole('button', { name: 'Nobody', exact: true }).first().click();
    await page.getByText('Take it back').waitFor();
  }
  assert.equal(await page.getByText('Names to decide').count(), 0);
});

test('a figure is explained down to its evidence', async () => {
  const page = await asAda();
  await page.getByRole('link', { name: 'Figures' }).click();
  await page.getByRole('link', { name: /^Attendances/ }).click();
  await expectText(page, 'What it counts');
  const together = await page.locator('#evidence tfoot td').innerText();
  const adds = await page.locator('#evidence tbody td.number').allInnerTexts();
  const number = (text) => Number(text.replaceAll(',', ''));
  assert.equal(adds.map(number).reduce((all, one) => all + one, 0), number(together), 'the sessions add up to the figure');
  assert.ok(number(together) > 0);
  await page.locator('#evidence tbody a').first().click();
  await expectText(page, 'Who came');
  assertNoProblems(page);
});
