import { readFileSync } from 'node:fs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/**
 * A runner that ended badly without a failed test, or that left no report, or ran no test at
 * all, is one failure: it must never look like success.
 * @param {Counts | undefined} counts
 * @param {number} code the runner's exit status
 * @param {boolean} mayBeEmpty a filter may leave nothing of one project
 * @returns {Counts}
 */
export function judge(counts, code, mayBeEmpty) {
  if (!counts) return { passed: 0, failed: 1, skipped: 0 };
  const { passed, failed, skipped } = counts;
  const isEmpty = passed + failed === 0;
  const isSound = failed > 0 || (code === 0 && (!isEmpty || mayBeEmpty));
  return isSound ? counts : { passed, failed: 1, skipped };
}

/** @param {Counts[]} all @returns {Counts} */
export function sum(all) {
  return all.reduce(
    (total, counts) => ({
      passed: total.passed + counts.passed,
      failed: total.failed + counts.failed,
      skipped: total.skipped + counts.skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );
}

/** @param {Counts} counts */
export function countsLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/**
 * @typedef {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number }} VitestReport
 * @typedef {{ stats: { expected: number, unexpected: number, flaky: number, skipped: number } }} PlaywrightReport
 */

/**
 * @param {string} file
 * @returns {Counts | undefined} undefined where the report is missing or is none
 */
export function readVitestReport(file) {
  return readReport(file, (/** @type {VitestReport} */ report) => ({
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  }));
}

/**
 * A test that passed only when it was run again is a failure, too.
 * @param {string} file
 */
export function readPlaywrightReport(file) {
  return readReport(file, (/** @type {PlaywrightReport} */ { stats }) => ({
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky,
    skipped: stats.skipped,
  }));
}

/**
 * @template Report
 * @param {string} file
 * @param {(report: Report) => Counts} read
 * @returns {Counts | undefined}
 */
function readReport(file, read) {
  try {
    const counts = read(JSON.parse(readFileSync(file, 'utf8')));
    return Object.values(counts).every(Number.isInteger) ? counts : undefined;
  } catch {
    return undefined;
  }
}
