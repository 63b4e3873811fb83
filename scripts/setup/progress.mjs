import { spawn } from 'node:child_process';
import { SetupError } from './main.mjs';

const TICK_MS = 200;
const PLAIN_TICK_MS = 15_000;
const OUTPUT_CHARACTERS_MAX = 200_000;
const SPINNER = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';

/** @param {number} ms */
export function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}

/**
 * Shows one long step while it goes on: a line with a clock on a terminal, plain lines elsewhere.
 * @template T
 * @param {string} label what is done, as in "Building the dashboard"
 * @param {() => Promise<T>} work
 * @param {NodeJS.WriteStream} [out]
 * @returns {Promise<T>}
 */
export async function showStep(label, work, out = process.stdout) {
  const startedAt = performance.now();
  const elapsed = () => performance.now() - startedAt;
  const ticker = out.isTTY ? tickOnTerminal(label, elapsed, out) : tickPlainly(label, elapsed, out);
  try {
    const result = await work();
    ticker.end(`✓ ${label} (${seconds(elapsed())})`);
    return result;
  } catch (error) {
    ticker.end(`✗ ${label} (${seconds(elapsed())})`);
    throw error;
  }
}

/**
 * @param {string} label
 * @param {() => number} elapsed
 * @param {NodeJS.WriteStream} out
 */
function tickOnTerminal(label, elapsed, out) {
  let turn = 0;
  const draw = () => {
    turn += 1;
    const line = `${SPINNER[turn % SPINNER.length]} ${label} (${Math.round(elapsed() / 1000)} s)`;
    out.write(`\r\x1b[K${line.slice(0, (out.columns || 80) - 1)}`);
  };
  draw();
  const timer = setInterval(draw, TICK_MS);
  return {
    /** @param {string} line */
    end(line) {
      clearInterval(timer);
      out.write(`\r\x1b[K${line}\n`);
    },
  };
}

/**
 * @param {string} label
 * @param {() => number} elapsed
 * @param {NodeJS.WriteStream} out
 */
function tickPlainly(label, elapsed, out) {
  out.write(`${label} …\n`);
  const timer = setInterval(
    () => out.write(`  still at it after ${Math.round(elapsed() / 1000)} s\n`),
    PLAIN_TICK_MS,
  );
  return {
    /** @param {string} line */
    end(line) {
      clearInterval(timer);
      out.write(`${line}\n`);
    },
  };
}

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/** Ends the commands that `runQuietly` started and that still run. */
export function endRunningCommands() {
  for (const child of running) child.kill('SIGTERM');
}

/**
 * Runs a command to its end and keeps what it wrote.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string | undefined>, timeoutMs?: number, argv0?: string }} [options]
 *   `env` adds to ours
 * @returns {Promise<{ code: number, output: string }>} code 127 where it cannot be run
 */
export function runQuietly(command, args, { cwd, env, timeoutMs, argv0 } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      argv0,
    });
    running.add(child);
    let output = '';
    /** @param {Buffer} chunk */
    const keep = (chunk) => {
      output = (output + chunk.toString()).slice(-OUTPUT_CHARACTERS_MAX);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => resolve({ code: 127, output: error.message }));
    child.on('close', (code) => {
      running.delete(child);
      resolve({ code: code ?? 1, output });
    });
  });
}

/**
 * A command as one step: its output is shown only when it fails.
 * @param {string} label
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string | undefined> }} [options]
 * @returns {Promise<string>} its output
 */
export function runStep(label, command, args, options) {
  return showStep(label, async () => {
    const { code, output } = await runQuietly(command, args, options);
    if (code === 0) return output;
    throw new SetupError(
      `${output.trimEnd()}\n\nThis failed (exit status ${code}): ${command} ${args.join(' ')}`,
    );
  });
}
