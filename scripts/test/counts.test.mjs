import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { countsLine, judge, readPlaywrightReport, readVitestReport, sum } from './counts.mjs';

const dir = mkdtempSync(join(tmpdir(), 'counts-test-'));
afterAll(() => rmSync(dir, { recursive: true }));

/** @param {unknown} content */
function reportFile(content) {
  const file = join(dir, 'report.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

describe('what a runner did', () => {
  const good = { passed: 3, failed: 0, skipped: 0 };
  const none = { passed: 0, failed: 0, skipped: 2 };

  test.each([
    ['all well', good, 0, false, good],
    ['a failed test', { ...good, failed: 1 }, 1, false, { ...good, failed: 1 }],
    ['it crashed after its tests', good, 1, false, { ...good, failed: 1 }],
    ['it left no report', undefined, 0, false, { passed: 0, failed: 1, skipped: 0 }],
    ['it ran nothing', none, 0, false, { ...none, failed: 1 }],
    ['a filter left nothing', none, 0, true, none],
    ['a filter left nothing, and it crashed', none, 1, true, { ...none, failed: 1 }],
  ])('%s', (_, counts, code, mayBeEmpty, expected) => {
    expect(judge(counts, code, mayBeEmpty)).toEqual(expected);
  });

  test('the reports of both runners are read, a flaky test as a failed one', () => {
    const vitest = { numPassedTests: 5, numFailedTests: 1, numPendingTests: 1, numTodoTests: 1 };
    expect(readVitestReport(reportFile(vitest))).toEqual({ passed: 5, failed: 1, skipped: 2 });
    const stats = { expected: 4, unexpected: 1, flaky: 1, skipped: 3 };
    expect(readPlaywrightReport(reportFile({ stats }))).toEqual({
      passed: 4,
      failed: 2,
      skipped: 3,
    });
  });

  test.each(['', '{"numPassed', '{}', 'null', '{"stats":{}}'])('%j is no report', (content) => {
    expect(readVitestReport(reportFile(content))).toBeUndefined();
    expect(readPlaywrightReport(reportFile(content))).toBeUndefined();
  });

  test('the last line is plain', () => {
    expect(countsLine(sum([good, none, { passed: 1, failed: 2, skipped: 0 }]))).toBe(
      '4 passed, 2 failed, 2 skipped',
    );
    expect(countsLine(good)).toBe('3 passed, 0 failed');
  });
});
