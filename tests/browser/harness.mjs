// What every browser test starts with: the demo as a visitor starts it, one Chromium, and pages
// that remember what went wrong on them.
//
// Tests step: they click, then wait for what a person would see next (`expectText`, or
// playwright's own waiting). None of them sleeps.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { chromium } from 'playwright-core';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const target = resolve(root, process.env.CARGO_TARGET_DIR ?? 'target');

// Generous: a cold debug build on a busy machine seeds its demo in seconds, not in minutes.
const patience = 60_000;

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

function browserPath() {
  const known = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser'];
  const found = known.find((path) => path && existsSync(path));
  assert.ok(found, 'no Chromium found: install it, or name it in CHROMIUM');
  return found;
}

/// Starts `command` and resolves with the address that its first line of output tells.
///
/// `stop()` asks it to stop (SIGTERM) and resolves with its exit code; `log()` is what it wrote
/// to standard error.
export async function startServer(command, args) {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines = [];
  createInterface({ input: child.stderr }).on('line', (line) => lines.push(line));
  const log = () => lines.join('\n');
  const ended = new Promise((done) => {
    child.once('exit', (code, signal) => done(code ?? signal));
    child.once('error', (error) => done(error.message));
  });
  const firstLine = new Promise((done) => {
    createInterface({ input: child.stdout }).once('line', done).on('line', () => {});
  });
  const late = new Promise((done) => setTimeout(done, patience, undefined).unref());
  const line = await Promise.race([firstLine, late, ended.then((code) => `ended: ${code}`)]);
  const url = /http:\/\/127\.0\.0\.1:\d+\//.exec(line ?? '')?.[0];
  if (!url) {
    child.kill('SIGKILL');
    assert.fail(`${command} told no address but ${JSON.stringify(line)}\n${log()}`);
  }
  const stop = async () => {
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), patience);
    const code = await ended;
    clearTimeout(force);
    return code;
  };
  return { url, stop, log };
}

/// Starts the built demo on a free port, as `convene demo` would be started by hand.
export function startDemo(...args) {
  const program = resolve(root, process.env.CONVENE_BIN ?? join(target, 'debug/convene'));
  return startServer(program, ['demo', '--listen', '127.0.0.1:0', ...args]);
}

/// Starts Chromium with a fresh profile. Close it with `close()`.
export function openBrowser() {
  return chromium.launch({ executablePath: browserPath(), args: flags, headless: true });
}

/// Opens `url` as one more visitor, with cookies of their own.
///
/// `page.problems` fills with errors of scripts, refused resources and calls to anywhere but
/// `url`'s own host, which are blocked; `assertNoProblems` reads it.
export async function visit(browser, url, { width = 1280, height = 800, ...more } = {}) {
  const context = await browser.newContext({
    viewport: { width, height },
    locale: 'en-GB',
    timezoneId: 'Europe/London',
    ...more,
  });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  page.problems = [];
  const host = new URL(url).host;
  await context.route(
    (asked) => asked.host !== host && /^(https?|wss?):$/.test(asked.protocol),
    (route) => {
      page.problems.push(`asked elsewhere: ${route.request().url()}`);
      return route.abort();
    },
  );
  page.on('pageerror', (error) => page.problems.push(`script: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') page.problems.push(`console: ${message.text()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) {
      page.problems.push(`${response.status()} for ${new URL(response.url()).pathname}`);
    }
  });
  await page.goto(url);
  return page;
}

/// Fails with everything that went wrong on the page so far.
export function assertNoProblems(page) {
  assert.deepEqual(page.problems, []);
}

/// Waits until `text` (a string or an expression) can be read on the page.
export async function expectText(page, text) {
  await page.getByText(text).first().waitFor({ state: 'visible' });
}

/// Saves what the page looks like under `target/tests/screens/`, to be looked at, and says where.
export async function screenshot(page, name) {
  const folder = join(target, 'tests/screens');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path });
  return path;
}
