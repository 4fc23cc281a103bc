// What judges a page as it stands in the browser: axe-core for those who cannot see it, html-validate for its HTML. And a
// picture of all of it, to be looked at.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { HtmlValidate } from 'html-validate';

const here = dirname(fileURLToPath(import.meta.url));
const target = resolve(here, '../..', process.env.CARGO_TARGET_DIR ?? 'target');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const html = new HtmlValidate({
  extends: ['html-validate:recommended'],
  rules: {
    // How the text of a page is laid out is nobody's business.
    'no-trailing-whitespace': 'off',
    'void-style': 'off',
    'doctype-style': 'off',
    'attribute-boolean-style': 'off',
    'attribute-empty-style': 'off',
    'long-title': 'off',
    // `novalidate` is ours: mistakes are said in our own words.
    'no-inline-style': 'error',
  },
});

/// What axe-core finds on the page, in a few words each; what it is unsure of is left out.
export async function accessible(page) {
  // By an isolated world, since the page itself lets nobody run anything.
  const session = await page.context().newCDPSession(page);
  const { frameTree } = await session.send('Page.getFrameTree');
  const { executionContextId } = await session.send('Page.createIsolatedWorld', {
    frameId: frameTree.frame.id,
    grantUniveralAccess: false,
  });
  const run = async (expression) => {
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
      expression,
      contextId: executionContextId,
      awaitPromise: true,
      returnByValue: true,
    });
    assert.equal(exceptionDetails, undefined, JSON.stringify(exceptionDetails));
    return result.value;
  };
  await run(`${axe}; undefined`);
  const found = await run(
    'axe.run(document, { resultTypes: ["violations"] }).then((all) => all.violations.map((one) => ' +
      '`${one.impact} ${one.id}: ${one.help}: ${one.nodes.map((node) => node.target.join(" ")).slice(0, 3).join(", ")}`))',
  );
  await session.detach();
  return found;
}

/// What html-validate says of the page as it was sent.
export async function wellFormed(page) {
  const text = await page.evaluate(() => fetch(location.href).then((answer) => answer.text())).catch(() => null);
  const report = await html.validateString(text ?? (await page.content()));
  return report.results.flatMap((result) =>
    result.messages.map((one) => `${one.line}:${one.column} ${one.ruleId}: ${one.message}`),
  );
}

/// A picture of the whole page, under `target/tests/screens/`.
export async function picture(page, name) {
  const folder = join(target, 'tests/screens');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

/// Fails when one of the judges finds fault with the page; keeps a picture of it.
export async function looksRight(page, name) {
  await picture(page, name);
  assert.deepEqual(await accessible(page), [], `${name}: axe-core`);
  assert.deepEqual(await wellFormed(page), [], `${name}: html-validate`);
}
