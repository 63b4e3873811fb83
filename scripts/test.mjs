import './setup/node-version.mjs';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUILD_UNDER_A_PATH, isBuildStale } from './setup/build-stamp.mjs';
import { onEndSignal } from './setup/end-signals.mjs';
import { ensureChromium } from './setup/find-chromium.mjs';
import { ensureRedis } from './setup/find-redis.mjs';
import { runMain } from './setup/main.mjs';
import { ensureNodeModules } from './setup/node-modules.mjs';
import { endRunningCommands, runQuietly, seconds } from './setup/progress.mjs';
import { REPOSITORY } from './setup/repository.mjs';
import { countsLine, judge, readPlaywrightReport, readVitestReport, sum } from './test/counts.mjs';
import { readFailures } from './test/failures.mjs';

const USAGE = `npm test                       all: lint and types, build, unit, Redis, HTTP and browser tests, size
npm run test:unit -- [args]    the unit, Redis and HTTP tests; args go to vitest
npm run test:e2e -- [args]     the browser tests; args go to Playwright`;

/** @typedef {import('./test/counts.mjs').Counts} Counts */
/**
 * @typedef {object} Step
 * @property {string} label
 * @property {boolean} [needsBuild] where the build failed it is one failure and not run
 * @property {boolean} [hasTests]
 * @property {(isBuilt: boolean) => Promise<Counts>} run
 */
/** @typedef {{ step: Step, ms: number, counts: Counts }} Result */

/** @type {import('node:child_process').ChildProcess | undefined} */
let current;
let isEnding = false;
/** @type {string | undefined} */
let chromium;

/**
 * Runs a command with its output shown.
 * @param {string} command
 * @param {string[]} args
 * @param {Record<string, string>} [env] adds to ours
 * @returns {Promise<number>} its exit status; 1 where a signal ended it
 */
function run(command, args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: REPOSITORY,
      env: { ...process.env, ...env },
      stdio: 'inherit',
    });
    current = child;
    child.on('error', (error) => {
      console.error(`${command}: ${error.message}`);
      resolve(127);
    });
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

/** @param {boolean} isGood @returns {Counts} */
const asOne = (isGood) => ({ passed: isGood ? 1 : 0, failed: isGood ? 0 : 1, skipped: 0 });

/** @param {string} name of a package's command */
const binary = (name) => join(REPOSITORY, 'node_modules', '.bin', name);

/** @param {string} name of one of our scripts */
const script = (name) => join(REPOSITORY, 'scripts', name);

/**
 * Runs vitest once for some of its projects.
 * @param {string[]} projects
 * @param {string[]} args
 * @param {string} reports
 */
async function runVitest(projects, args, reports) {
  const isFiltered = args.length > 0;
  const report = join(reports, `${projects.join('-')}.json`);
  const code = await run(binary('vitest'), [
    'run',
    ...projects.flatMap((project) => ['--project', project]),
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    ...(isFiltered ? ['--passWithNoTests'] : []),
    ...args,
  ]);
  return judge(readVitestReport(report), code, isFiltered);
}

/**
 * @param {string[]} args
 * @param {string} reports
 * @returns {Step}
 */
function unitStep(args, reports) {
  return {
    label: 'unit tests',
    hasTests: true,
    run: () => runVitest(['unit'], args, reports),
  };
}

/**
 * The tests that wait more than they compute, side by side.
 * @param {string[]} args
 * @param {string} reports
 * @param {boolean} withHttp whether any of them needs the build
 * @returns {Step}
 */
function redisStep(args, reports, withHttp) {
  return {
    label: withHttp ? 'Redis and HTTP tests' : 'Redis tests',
    hasTests: true,
    async run(isBuilt) {
      if (!withHttp) return runVitest(['redis'], args, reports);
      if (isBuilt) return runVitest(['redis', 'http'], args, reports);
      const counts = await runVitest(['redis'], args, reports);
      console.log('The HTTP tests were not run: the build failed.');
      return sum([counts, asOne(false)]);
    },
  };
}

/**
 * @param {string[]} args
 * @param {string} reports
 * @returns {Step}
 */
function playwrightStep(args, reports) {
  return {
    label: 'browser tests',
    needsBuild: true,
    hasTests: true,
    async run() {
      const report = join(reports, 'playwright.json');
      const code = await run(binary('playwright'), ['test', '--reporter=list,json', ...args], {
        PLAYWRIGHT_JSON_OUTPUT_NAME: report,
        ...(chromium ? { CHROMIUM_BIN: chromium } : {}),
      });
      return judge(readPlaywrightReport(report), code, false);
    },
  };
}

/** @type {Step} */
const buildStep = {
  label: 'build',
  async run() {
    if (!isBuildStale()) console.log('The build is up to date.');
    else if ((await run(process.execPath, [script('build.mjs')])) !== 0) return asOne(false);
    return asOne(true);
  },
};

/** Next builds a base path into its pages: its test needs pages of its own. @type {Step} */
const secondBuildStep = {
  label: 'build under a base path',
  needsBuild: true,
  async run() {
    const { basePath, dir } = BUILD_UNDER_A_PATH;
    const env = { BASE_PATH: basePath, BUILD_DIR: dir };
    return asOne((await run(process.execPath, [script('build.mjs'), '--if-stale'], env)) === 0);
  },
};

/** @type {Step} */
const checkStep = {
  label: 'lint, layering, types, unused',
  async run() {
    // The types of the routes are made by Next: in a fresh clone nothing has made them yet.
    const { code, output } = await runQuietly(binary('next'), ['typegen'], { cwd: REPOSITORY });
    if (code !== 0) console.log(output);
    return asOne(code === 0 && (await run('npm', ['run', '--silent', 'check'])) === 0);
  },
};

/** @type {Step} */
const sizeStep = {
  label: 'first-load size',
  needsBuild: true,
  async run() {
    const isSmall = (await run(process.execPath, [script('first-load.mjs')])) === 0;
    // Printed, not judged: a machine that cannot show a page says so and fails nothing.
    await run(
      process.execPath,
      [script('web-vitals.mjs')],
      chromium ? { CHROMIUM_BIN: chromium } : {},
    );
    return asOne(isSmall);
  },
};

/**
 * Whether a filter leaves any of the tests that need a build.
 * @param {string[]} args
 */
async function matchesHttpTests(args) {
  if (args.length === 0) return true;
  const list = ['list', '--filesOnly', '--project', 'http', ...args];
  const { output } = await runQuietly(binary('vitest'), list, { cwd: REPOSITORY });
  return output.includes('.http.test.');
}

/**
 * @param {string | undefined} what
 * @param {string[]} args
 * @param {string} reports
 * @returns {Promise<Step[]>}
 */
async function stepsOf(what, args, reports) {
  if (what === 'unit') {
    const withHttp = await matchesHttpTests(args);
    const steps = [unitStep(args, reports), redisStep(args, reports, withHttp)];
    return withHttp ? [buildStep, ...steps] : steps;
  }
  const browser = playwrightStep(args, reports);
  if (what === 'e2e') {
    const isAsked = args.length === 0 || args.some((arg) => arg.includes('base-path'));
    return [buildStep, ...(isAsked ? [secondBuildStep] : []), browser];
  }
  return [
    ...[checkStep, buildStep, secondBuildStep],
    ...[unitStep(args, reports), redisStep(args, reports, true)],
    ...[browser, sizeStep],
  ];
}

/**
 * Every step is run, whatever became of those before, but for what needs a build that failed.
 * @param {Step[]} steps
 * @returns {Promise<Result[]>}
 */
async function runAll(steps) {
  /** @type {Result[]} */
  const results = [];
  for (const step of steps) {
    if (isEnding) break;
    console.log(`\n── ${step.label}`);
    const startedAt = performance.now();
    const build = results.find((result) => result.step === buildStep);
    const isBuilt = build === undefined || build.counts.failed === 0;
    const isImpossible = step.needsBuild === true && !isBuilt;
    if (isImpossible) console.log('Not run: the build failed.');
    const counts = isImpossible ? asOne(false) : await step.run(isBuilt);
    results.push({ step, ms: performance.now() - startedAt, counts });
  }
  return results;
}

/** @param {Result[]} results @param {number} ms @param {string} reports */
function report(results, ms, reports) {
  for (const { test, why } of readFailures(reports)) console.log(`\n✗ ${test}\n${why}`);
  console.log('');
  for (const result of results) {
    const took = seconds(result.ms).padStart(9);
    console.log(`${result.step.label.padEnd(32)}${took}   ${countsLine(result.counts)}`);
  }
  console.log(`${'in all'.padEnd(32)}${seconds(ms).padStart(9)}`);
  const total = sum(results.map(({ counts }) => counts));
  const tests = sum(results.filter(({ step }) => step.hasTests).map(({ counts }) => counts));
  if (tests.passed + tests.failed === 0) {
    console.log('No test was run.');
    total.failed += 1;
  }
  if (isEnding) {
    console.log('It was ended before it was done.');
    total.failed += 1;
  }
  console.log(`\n${countsLine(total)}`);
  return total.failed === 0 ? 0 : 1;
}

async function main() {
  const [what, ...args] = process.argv.slice(2);
  if (what !== undefined && what !== 'unit' && what !== 'e2e') {
    console.log(USAGE);
    return /^(-h|--help)$/.test(what) ? 0 : 1;
  }
  onEndSignal(() => {
    isEnding = true;
    current?.kill('SIGTERM');
    endRunningCommands();
  });
  const reports = mkdtempSync(join(tmpdir(), 'shield-test-'));
  process.on('exit', () => rmSync(reports, { recursive: true, force: true }));
  const startedAt = performance.now();
  await ensureNodeModules(REPOSITORY);
  await ensureRedis();
  if (what !== 'unit') chromium = await ensureChromium();
  const results = await runAll(await stepsOf(what, args, reports));
  return report(results, performance.now() - startedAt, reports);
}

await runMain(main);
