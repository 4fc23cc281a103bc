// The demo's clock: shows its time and what is due next, and moves it. Where there is no demo
// there is no clock, and the bar stays away.

import { byId, get, post } from './dom.js';

const EVERY = 20_000;
const AFTER = 2_000;

export function clock() {
  const bar = byId('clock');
  const next = byId('clock-next');
  const steps = Array.from(bar.querySelectorAll('[data-step]'));
  let moving = false;
  let moved = -Infinity;
  let happened = '';
  let awaited = null;
  let timer = null;

  function due(event, zone) {
    const format = {
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    };
    const parts = new Intl.DateTimeFormat('en-US', { ...format, timeZone: zone }).formatToParts(
      new Date(event.at),
    );
    const part = (kind) => parts.find((one) => one.type === kind).value;
    const at = `${part('weekday')} ${part('day')} ${part('month')}, ${part('hour')}:${part('minute')}`;
    return `Next: ${event.what}, ${at}`;
  }

  /** Not by `disabled`, which would take the focus away from whoever presses a button again and again. */
  function allow(may) {
    for (const button of steps) button.setAttribute('aria-disabled', String(!may(button)));
  }

  function show(now) {
    byId('clock-shown').textContent = now.shown;
    const busy = moving || now.busy;
    if (busy) next.textContent = 'Time is passing …';
    else
      next.textContent =
        happened + (now.next ? due(now.next, now.zone) : 'Nothing more is planned.');
    awaited = now.next?.what ?? null;
    bar.classList.toggle('busy', busy);
    allow((button) => !busy && (button.dataset.step !== 'next' || Boolean(now.next)));
    bar.hidden = false;
  }

  async function refresh() {
    clearTimeout(timer);
    let wait = EVERY;
    try {
      const now = await get('/demo/clock');
      show(now);
      if (now.busy) wait = 500;
    } catch (error) {
      if (error.status === 404) return false;
    }
    timer = setTimeout(refresh, wait);
    return !bar.hidden;
  }

  async function step(kind) {
    if (moving) return;
    moving = true;
    bar.classList.add('busy');
    allow(() => false);
    next.textContent = 'Time is passing …';
    let problem = null;
    const stepped = kind === 'next' && awaited ? `Just now: ${awaited}. ` : '';
    try {
      await post('/demo/clock', { step: kind });
      happened = stepped;
    } catch (error) {
      problem = error.message;
    }
    moving = false;
    moved = performance.now();
    await refresh();
    if (problem) next.textContent = problem;
  }

  for (const button of steps) {
    button.addEventListener('click', () => {
      if (button.getAttribute('aria-disabled') !== 'true') step(button.dataset.step);
    });
  }
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && !bar.hidden) refresh();
  });

  /** Whether what comes in now comes because the visitor moved the clock. */
  const justMoved = () => moving || performance.now() - moved < AFTER;

  return { refresh, step, justMoved };
}
