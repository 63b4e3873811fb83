import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readFailures } from './failures.mjs';

let reports = '';
beforeEach(() => {
  reports = mkdtempSync(join(tmpdir(), 'failures-test-'));
});
afterEach(() => rmSync(reports, { recursive: true }));

/** @param {string} name @param {unknown} report */
const write = (name, report) => writeFileSync(join(reports, name), JSON.stringify(report));

test('vitest: each failed test with what it said, and a file that has none', () => {
  const passed = { fullName: 'is well', status: 'passed', failureMessages: [] };
  const failed = {
    fullName: 'lag is told',
    status: 'failed',
    failureMessages: ['\u001b[31mexpected 1 to be 2\u001b[39m\n    at lag.test.ts:3:1'],
  };
  write('unit.json', {
    testResults: [
      { name: 'lag.test.ts', status: 'failed', message: '', assertionResults: [passed, failed] },
      { name: 'whole.test.ts', status: 'failed', message: 'no such import', assertionResults: [] },
      { name: 'well.test.ts', status: 'passed', message: '', assertionResults: [passed] },
    ],
  });
  expect(readFailures(reports)).toEqual([
    {
      test: 'lag.test.ts › lag is told',
      why: 'expected 1 to be 2\n    at lag.test.ts:3:1',
    },
    { test: 'whole.test.ts', why: 'no such import' },
  ]);
});

test('Playwright: specs at every depth, by the first lines of what they said', () => {
  const message = Array.from({ length: 100 }, (_, line) => `line ${line}`).join('\n');
  const spec = (/** @type {string} */ title, /** @type {boolean} */ ok) => ({
    ...{ title, ok },
    tests: [{ results: [{ errors: ok ? [] : [{ message }, {}] }] }],
  });
  const inner = { file: 'tail.spec.ts', specs: [spec('pauses', false), spec('follows', true)] };
  write('playwright.json', { suites: [{ file: 'tail.spec.ts', specs: [], suites: [inner] }] });
  const failures = readFailures(reports);
  expect(failures).toMatchObject([{ test: 'tail.spec.ts › pauses' }]);
  expect(failures[0]?.why.split('\n')).toHaveLength(15);
});

test('what is no report is left out', () => {
  writeFileSync(join(reports, 'unit.json'), '{"testRes');
  write('playwright.json', null);
  expect(readFailures(reports)).toEqual([]);
});
