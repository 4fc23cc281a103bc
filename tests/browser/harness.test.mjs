// The harness is no use if it lets a broken page pass: it is tried on pages broken on purpose.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';

import { assertNoProblems, expectText, openBrowser, startServer, visit } from './harness.mjs';

const pages = {
  '/': '<!doctype html><title>Sound</title><link rel="icon" href="data:,"><p>All is well</p>',
  '/script': '<!doctype html><link rel="icon" href="data:,"><script>nobody.home()</script>',
  '/missing': '<!doctype html><link rel="icon" href="data:,"><img src="/nowhere.png">',
  '/abroad': '<!doctype html><link rel="icon" href="data:,"><img src="http://192.0.2.1/x.png">',
};

let browser;
let server;
let url;

before(async () => {
  server = createServer((request, response) => {
    const page = pages[request.url];
    response.writeHead(page ? 200 : 404, { 'content-type': 'text/html' });
    response.end(page ?? '');
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  url = `http://127.0.0.1:${server.address().port}`;
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
});

test('a sound page has no problems', async () => {
  const page = await visit(browser, `${url}/`);
  await expectText(page, 'All is well');
  assertNoProblems(page);
});

for (const [path, problem] of [
  ['/script', /script: nobody is not defined/],
  ['/missing', /404 for \/nowhere\.png/],
  ['/abroad', /asked elsewhere: http:\/\/192\.0\.2\.1\/x\.png/],
]) {
  test(`${path} is found out`, async () => {
    const page = await visit(browser, url + path);
    assert.match(page.problems.join('\n'), problem);
    assert.throws(() => assertNoProblems(page));
  });
}

test('a server that tells its address is stopped, one that tells none is reported', async () => {
  const code = `
    const server = require('node:http').createServer().listen(0, '127.0.0.1', () =>
      console.log('Here is http://127.0.0.1:' + server.address().port + '/'));
    process.on('SIGTERM', () => process.exit(0));`;
  const started = await startServer(process.execPath, ['-e', code]);
  assert.match(started.url, /^http:\/\/127\.0\.0\.1:\d+\/$/);
  assert.equal(await started.stop(), 0);

  const silent = startServer(process.execPath, ['-e', 'console.error("no room"); process.exit(3)']);
  await assert.rejects(silent, /ended: 3[^]*no room/);
});
