import './setup/node-version.mjs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { context } from 'esbuild';
import { serverBundle } from './setup/bundle-server.mjs';
import { onEndSignal } from './setup/end-signals.mjs';
import { runMain } from './setup/main.mjs';
import { REPOSITORY } from './setup/repository.mjs';

const OUTFILE = 'dist/dev-server.js';
const STOP_GRACE_MS = 10_000;

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

/** Runs the development server and starts it again when what server.ts is made of changes. */
async function main() {
  /** @type {ChildProcess | undefined} */
  let server;
  let isStopping = false;
  /** @type {() => void} */
  let finish = () => {};
  const finished = new Promise((/** @type {(value: void) => void} */ resolve) => {
    finish = resolve;
  });

  const startServer = () => {
    const started = spawn(process.execPath, ['--enable-source-maps', OUTFILE], {
      cwd: REPOSITORY,
      env: { ...process.env, NODE_ENV: 'development' },
      stdio: 'inherit',
    });
    started.on('exit', (code) => {
      if (server === started && !isStopping) {
        console.log(
          `The server ended (${code ?? 'signal'}). It starts again with the next change.`,
        );
      }
    });
    server = started;
  };

  let turn = Promise.resolve();
  const restart = () => {
    turn = turn.then(async () => {
      if (isStopping) return;
      const old = server;
      server = undefined;
      await end(old);
      if (!isStopping) startServer();
    });
  };

  const builds = await context({
    ...serverBundle(OUTFILE),
    plugins: [
      {
        name: 'restart',
        setup: ({ onEnd }) =>
          onEnd(({ errors }) => {
            if (errors.length === 0) restart();
          }),
      },
    ],
  });

  onEndSignal(async () => {
    if (isStopping) {
      server?.kill('SIGKILL');
      return;
    }
    isStopping = true;
    await builds.dispose();
    await turn;
    await end(server);
    finish();
  });

  console.log(`Watching server.ts and lib (${join(REPOSITORY, OUTFILE)})`);
  await builds.watch();
  await finished;
  return 0;
}

/** @param {ChildProcess | undefined} child */
async function end(child) {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS);
  await exited;
  clearTimeout(timer);
}

await runMain(main);
