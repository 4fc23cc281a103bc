// What a community manager's weeks are made of, lived through in the demo: somebody new, a session on its way, an
// all-hands, figures that are asked for, and words that are changed.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';

import { assertNoProblems, openBrowser, screenshot, startDemo } from './harness.mjs';
import { ask, become, edited, enter, open, pass, press, said } from './visitor.mjs';

let browser;
let demo;

before(async () => {
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
});

beforeEach(async () => {
  demo = await startDemo();
});

afterEach(async () => {
  await demo?.stop();
});

test('a newcomer is welcomed and works through the checklist', async () => {
  const page = await enter(browser, demo.url);
  await become(page, 'Juno Hale');
  await open(page, 'Convene');
  const welcome = await (await said(page, 'Welcome to River Data Partnership')).innerText();
  assert.match(welcome, /Code of conduct 2026-09: Be kind/);
  assert.match(welcome, /5 things for you to do, first: read the handbook/);
  await screenshot(page, 'newcomer-1-welcome');
  await press(page, 'Welcome to River', 'I agree');
  await said(page, 'Thank you. You agreed to the code of conduct, version 2026-09');
  await press(page, 'Welcome to River', 'What is left');
  await said(page, '5 things are left for you');
  await screenshot(page, 'newcomer-2-what-is-left');
  await ask(page, 'done 1', '4 left; next: 2 · read the community guide');
  await ask(page, 'done newsletter', '3 left; next: 2 · read the community guide');
  await ask(page, 'undone newsletter', 'Open again: subscribe to the newsletter. 4 left');
  for (const [line, answer] of [
    ['done 3', '3 left; next: 2'],
    ['done 2', '2 left; next: 4'],
    ['done 4', '1 left; next: 5'],
    ['done profile', 'Nothing is left for you.'],
  ]) {
    await ask(page, line, answer);
  }
  await screenshot(page, 'newcomer-3-done');

  await become(page, 'Ada Marsh');
  const list = await ask(page, 'onboarding list', 'What is left, by person');
  assert.match(list, /Juno Hale – 1 of 7 left; next: book regular catch-ups/);
  await ask(page, 'done catch-ups', 'Done: book regular catch-ups.');
  await ask(page, 'onboarding show @juno-hale', 'All 7 are done.');
  await screenshot(page, 'newcomer-4-manager');
  assertNoProblems(page);
});

test('a session goes through its run-book', async () => {
  const page = await enter(browser, demo.url);
  await open(page, 'organisers');
  await said(page, /13 · Knowledge Share: Synthetic data.*22 of 31 left; next: bios, by Mon 7 Sep/s);
  await screenshot(page, 'run-book-1-begun');
  await press(page, '22 of 31 left', 'What is left');
  await said(page, /13 · Synthetic data – Run-book.*7 · Bios – by Mon 7 Sep, organiser/s);
  await become(page, 'Jonas Whitlock');
  await ask(page, 'session done 13 bios', 'done: bios. 21 of 31 left; next: social posts');
  await open(page, 'organisers');
  await edited(page, '21 of 31 left; next: social posts');

  await become(page, 'Ada Marsh');
  await ask(page, 'session host 13 Ada Marsh', 'Host set.');
  await ask(page, 'session assign 13 organiser Jonas Whitlock', 'Jonas Whitlock is organiser now');
  await pass(page, '+1 week', 'Mon 14 Sep 2026, 09:00');
  await pass(page, '+1 day', 'Tue 15 Sep 2026, 09:00');
  await pass(page, '+1 hour', 'Tue 15 Sep 2026, 10:00');
  await open(page, 'organisers');
  await edited(page, /13 · Knowledge Share.*7 of 31 late: social posts/s);
  await pass(page, '+1 day', 'Wed 16 Sep 2026, 10:00');
  await become(page, 'Jonas Whitlock');
  await open(page, 'Convene');
  await page.getByText('Times in New York').waitFor();
  await said(page, /09:30.*This was to be done:.*Social posts \(session 13\) – late since Mon 14 Sep/s);
  await screenshot(page, 'run-book-2-late');
  await press(page, 'This was to be done', 'Done: social posts');
  await said(page, 'Done: social posts.');
  await pass(page, '+1 day', 'Thu 17 Sep 2026, 10:00');
  const chased = page.locator('.post').filter({ hasText: 'This was to be done' });
  assert.equal(await chased.count(), 1, 'late things are chased once');
  await become(page, 'Ada Marsh');
  await ask(page, 'session announce 13', 'This would be posted in #announcements');
  await press(page, 'This would be posted', 'Post');
  await said(page, 'announced, Mon 28 Sep 2026');
  const left = await ask(page, 'session todo 13', /Run-book.*5 of 31 late/s);
  assert.doesNotMatch(left, /Chat channels/, 'the announcement ticks it');
  await screenshot(page, 'run-book-3-announced');

  await pass(page, '+1 week', 'Thu 24 Sep 2026, 10:00');
  await pass(page, '+1 week', 'Thu 1 Oct 2026, 10:00');
  await ask(page, 'session recording 13 https://video.example/13', 'Recording set');
  const after = await ask(page, 'session todo 13', /Run-book.*Follow-up mail/s);
  assert.doesNotMatch(after, /Recording published|Attendance written down/, 'the records tick them');
  await screenshot(page, 'run-book-4-held');
  assertNoProblems(page);
});

test('an all-hands is prepared, and what it leaves goes on to the next', async () => {
  const page = await enter(browser, demo.url);
  await open(page, 'partnership');
  await said(page, /32 · Autumn all-hands.*15 yes · 3 maybe · 2 no/s);
  await screenshot(page, 'all-hands-1-invitation');
  await become(page, 'Esme Okafor');
  const before = await ask(page, 'agenda all-hands', 'The agenda closes Tue 15 Sep 2026');
  assert.match(before, /q1 · Will students have money.* – Esme Okafor, carried over from 31/);
  assert.match(before, /q3 · Can Mondays have fewer meetings\? – asked anonymously/);
  assert.match(before, /Notes of 31: /);
  await screenshot(page, 'all-hands-2-agenda');
  await ask(page, 'agenda add 32 minutes=10 A shared calendar', 'Item 3 of 32 · Autumn all-hands');
  await ask(page, 'update add 32 about=Coasts The tide gauges are in', 'Update 2 of 32');
  await ask(page, 'ask 32 When do we meet in person?', 'You are told when it is answered.');

  await become(page, 'Callum Pemberton');
  await ask(page, 'ask 32 anonymously Who reads this?', 'Nothing is asked yet.');
  await ask(page, 'ask 32 anonymous=yes Who owns the data licence?', 'your name is not stored');
  await screenshot(page, 'all-hands-3-anonymous');
  await become(page, 'Ada Marsh');
  const questions = await ask(page, 'questions 32', 'To ask one:');
  assert.match(questions, /q4 · When do we meet in person\? – Esme Okafor/);
  assert.match(questions, /q5 · Who owns the data licence\? – asked anonymously/);
  assert.doesNotMatch(questions, /Callum/);
  await ask(page, 'answer q4 In March, at Harbour', 'whoever asked is told');
  await become(page, 'Esme Okafor');
  await open(page, 'Convene');
  await said(page, /You asked: When do we meet in person\?.*Answered: In March, at Harbour/s);

  await pass(page, '+1 week', 'Mon 14 Sep 2026, 09:00');
  await pass(page, '+1 day', 'Tue 15 Sep 2026, 09:00');
  await pass(page, '+1 day', 'Wed 16 Sep 2026, 09:00');
  await open(page, 'partnership');
  const round = await (await said(page, 'A shared calendar')).innerText();
  assert.match(round, /Coasts: The tide gauges are in/);
  assert.match(round, /q4 · When do we meet in person\? .*answered: In March, at Harbour/);
  assert.match(round, /q5 · Who owns the data licence\? – asked anonymously/);
  await screenshot(page, 'all-hands-4-goes-round');

  await become(page, 'Ada Marsh');
  await ask(page, 'meeting new all-hands "Winter all-hands" 2026-12-10 09:30-12:30', 'Nothing sent.');
  await pass(page, '+1 day', 'Thu 17 Sep 2026, 09:00');
  await pass(page, '+1 day', 'Fri 18 Sep 2026, 09:00');
  await ask(page, 'meeting notes https://river.example/notes/autumn', 'They stand with the meeting');
  const next = await ask(page, 'agenda 33', /33 · Winter all-hands.*The agenda closes/s);
  assert.match(next, /q1 · .*carried over from 31/);
  assert.match(next, /q5 · Who owns the data licence\? – asked anonymously, carried over from 32/);
  assert.doesNotMatch(next, /q4 · /, 'what was answered stays');
  assert.match(next, /Notes of 32: https:\/\/river.example\/notes\/autumn/);
  await screenshot(page, 'all-hands-5-carried-over');
  assertNoProblems(page);
});

test('figures say what they count, and two headlines are explained by the records', async () => {
  const page = await enter(browser, demo.url);
  const all = await ask(page, 'figures', 'Figures up to now');
  assert.match(all, /Attendances: 1,129 attendances by 239 people/);
  await screenshot(page, 'figures-1-all');
  const one = await ask(page, 'figures show attendances', 'What it counts: One attendance is');
  assert.match(one, /HARBOUR: \d+ attendances by \d+ people/);
  assert.match(one, /unknown: 2 attendances by 1 person/);
  assert.match(one, /Rests on: [\d,]+ attendance records\./);
  await screenshot(page, 'figures-2-one');

  const told = await ask(page, 'figures reported', 'Reported, unverified');
  assert.match(told, /Attended our knowledge shares 700 \(annual report 2026, page 4;/);
  assert.match(told, /Reached across all events 1,266 \(slide 7 for the steering committee;/);
  await screenshot(page, 'figures-3-headlines');
  const first = await ask(page, 'figures reported 1', 'Reported 1, unverified');
  assert.match(first, /attendances at all sessions: 697 from Mon 27 Apr 2026 to Mon 25 May 2026, when rounded: fits/);
  assert.match(first, /people at all sessions: 239 up to now: never as many/);
  const second = await ask(page, 'figures reported 2', 'Reported 2, unverified');
  assert.match(second, /yes to invitations at all sessions: 1,266 since Mon 24 Aug 2026: fits/);
  assert.match(second, /attendances at all sessions: 1,129 up to now: never as many/);
  await screenshot(page, 'figures-4-explained');

  await ask(page, 'figures freeze "Annual review"', 'Snapshot 1, permanent: Annual review');
  await ask(page, 'attendance list 12 Juno Hale', '1 written down as having come');
  await ask(page, 'figures show attendances', '1,130 attendances by 240 people, up to now.');
  const frozen = await ask(page, 'figures snapshot 1', 'and not changed since');
  assert.match(frozen, /Attendances: 1,129 attendances by 239 people/);
  await screenshot(page, 'figures-5-frozen');
  assertNoProblems(page);
});

test('a wording is changed and read in the next post', async () => {
  const page = await enter(browser, demo.url);
  await ask(page, 'wording show card', 'To change it: wording set card TEXT');
  await screenshot(page, 'wording-1-usual');
  await ask(page, 'wording set card Join us {whn} for {title}', 'Did you mean {when}?');
  await ask(page, 'wording set card Join us {when}!', '{title} is missing');
  await ask(
    page,
    'wording set card # {title}\\nJoin us {when}!\\n{details}\\n{seats}',
    'card would read, for session',
  );
  await screenshot(page, 'wording-2-preview');
  await press(page, 'card would read', 'Use it');
  await said(page, 'From now on “card” is said in your words');
  await ask(page, 'session announce 13', 'This would be posted in #announcements');
  await press(page, 'This would be posted', 'Post');
  await open(page, 'announcements');
  await said(page, /13 · Knowledge Share: Synthetic data.*Join us Mon 28 Sep 2026, 14:00 London/s);
  await screenshot(page, 'wording-3-posted');
  await ask(page, 'rehearse days=7', 'in your words');
  await ask(page, 'wording reset card', 'is said in the usual words again');
  await ask(page, 'wording history card', /From Mon 7 Sep 2026.* by Ada Marsh/);
  await open(page, 'announcements');
  await edited(page, /Synthetic data.*14:00 London, 09:00 New York \(1 hour\)/s);
  await screenshot(page, 'wording-4-back');
  assertNoProblems(page);
});
