import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const LINES_MAX = 15;

/** @typedef {{ test: string, why: string }} Failure a test's file and full name; what it said, lines */
/**
 * @typedef {object} VitestReport
 * @property {{ name: string, message: string, status: string, assertionResults: { fullName: string, status: string, failureMessages: string[] | null }[] }[]} testResults
 */
/**
 * @typedef {object} Suite
 * @property {string} file
 * @property {Suite[]} [suites]
 * @property {{ title: string, ok: boolean, tests: { results: { errors: { message?: string }[] }[] }[] }[]} specs
 */

/**
 * What failed, for the end of the output: what a runner said of it itself is far above by then.
 * @param {string} reports a directory with the JSON reports of both runners
 * @returns {Failure[]} those of a report that cannot be read are left out: it counts as a failure
 */
export function readFailures(reports) {
  return readdirSync(reports).flatMap((name) => {
    try {
      const report = JSON.parse(readFileSync(join(reports, name), 'utf8'));
      return [
        ...(report.testResults ?? []).flatMap(vitestFailures),
        ...(report.suites ?? []).flatMap(playwrightFailures),
      ];
    } catch {
      return [];
    }
  });
}

/** @param {VitestReport['testResults'][number]} file @returns {Failure[]} */
function vitestFailures({ name, message, status, assertionResults }) {
  const failed = assertionResults.filter((test) => test.status === 'failed');
  // A file that could not be read, or whose hooks failed, has no test to say so.
  if (failed.length === 0) return status === 'failed' ? [{ test: name, why: brief(message) }] : [];
  return failed.map(({ fullName, failureMessages }) => ({
    test: `${name} › ${fullName}`,
    why: brief((failureMessages ?? []).join('\n')),
  }));
}

/** @param {Suite} suite @returns {Failure[]} */
function playwrightFailures({ file, suites = [], specs }) {
  const failed = specs.filter(({ ok }) => !ok);
  return [
    ...failed.map(({ title, tests }) => ({
      test: `${file} › ${title}`,
      why: brief(messagesOf(tests).join('\n')),
    })),
    ...suites.flatMap(playwrightFailures),
  ];
}

/** @param {Suite['specs'][number]['tests']} tests */
const messagesOf = (tests) =>
  tests.flatMap(({ results }) =>
    results.flatMap(({ errors }) => errors.map((e) => e.message ?? '')),
  );

/** @param {string} text */
function brief(text) {
  const lines = stripVTControlCharacters(text).split('\n');
  return lines.slice(0, LINES_MAX).join('\n');
}
