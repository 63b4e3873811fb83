import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { isBuildStale } from './setup/build-stamp.mjs';
import { freePort } from './setup/free-port.mjs';
import { startRedisServer } from './setup/redis-server.mjs';

const SCRIPT = fileURLToPath(new URL('./demo.mjs', import.meta.url));

/** @type {string} what the demo takes for the system's temporary directory */
let temporary;
/** @type {import('node:child_process').ChildProcess[]} */
let started = [];

beforeAll(() => {
  // The demo would build for longer than a test waits.
  expect(isBuildStale(), 'the build is stale: run `npm run build`').toBe(false);
});

beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'demo-test-'));
});

afterEach(async () => {
  for (const child of started) child.kill('SIGKILL');
  started = [];
  await vi.waitFor(() => expect(readdirSync(temporary)).toEqual([]), { timeout: 20_000 });
  rmSync(temporary, { recursive: true });
});

/** @param {string[]} flags @param {Record<string, string | undefined>} [env] */
function startDemo(flags, env = {}) {
  const { REDIS_URL: _url, npm_lifecycle_event: _npm, ...inherited } = process.env;
  const child = spawn(process.execPath, [SCRIPT, ...flags], {
    env: { ...inherited, TMPDIR: temporary, ...env },
  });
  started.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  const exited = once(child, 'exit');
  const address = async () => {
    await vi.waitFor(() => expect(output).toContain('Ctrl-C ends it.'), {
      timeout: 50_000,
      interval: 50,
    });
    return /The dashboard is at {2}(\S+)/.exec(output)?.[1] ?? '';
  };
  return { child, exited, address, output: () => output };
}

/**
 * The demo's processes: each has its temporary directory in the environment, or, as Redis, which
 * writes its title over that, works in it.
 * @returns {{ pid: number, command: string }[]}
 */
function processes() {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      try {
        const isOurs =
          readlinkSync(`/proc/${name}/cwd`).startsWith(temporary) ||
          readFileSync(`/proc/${name}/environ`, 'utf8').includes(`TMPDIR=${temporary}`);
        if (!isOurs) return [];
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return [{ pid: Number(name), command }];
      } catch {
        return [];
      }
    });
}

const nothingIsLeft = () =>
  vi.waitFor(
    () => {
      expect(processes()).toEqual([]);
      expect(readdirSync(temporary)).toEqual([]);
    },
    { timeout: 20_000 },
  );

describe.skipIf(!existsSync('/proc/self/environ'))('npm run demo', () => {
  test('shows a moving dashboard, says that a port is taken, and ends with nothing left', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const inUse = /** @type {import('node:net').AddressInfo} */ (taken.address()).port;
    const demo = startDemo(['--port', String(inUse), '--no-open']);
    const address = await demo.address();
    expect(demo.output()).toContain(`Port ${inUse} is in use; taking `);
    expect(address).not.toContain(String(inUse));

    await vi.waitFor(
      async () => {
        const response = await fetch(`${address}/events/stats`);
        const { streams } =
          /** @type {{ streams: Record<string, { length: number, consumer_groups: string[] }> }} */ (
            await response.json()
          );
        expect(streams['shield:events']?.length).toBeGreaterThan(400);
        expect(streams['shield:events']?.consumer_groups).toHaveLength(4);
        expect(streams['shield:ingestion_queue']?.consumer_groups).toHaveLength(2);
      },
      { timeout: 15_000 },
    );
    demo.child.kill('SIGINT');
    expect(await demo.exited).toEqual([0, null]);
    expect(demo.output()).toContain('All of it has ended.');
    await nothingIsLeft();
    taken.close();
  });

  test.each([
    ['The dashboard', /dist\/server\.js/],
    ['The simulated orchestrator', /scripts\/orchestrator\.mjs/],
    ['Redis', /(redis|valkey)-server/],
  ])('%s that crashes ends it all, and is named', async (label, command) => {
    const demo = startDemo(['--port', String(await freePort())]);
    await demo.address();
    const part = processes().find((other) => command.test(other.command));
    process.kill(part?.pid ?? Number.NaN, 'SIGKILL');
    expect(await demo.exited).toEqual([1, null]);
    expect(demo.output()).toContain(`${label} ended by itself (SIGKILL).`);
    await nothingIsLeft();
  });

  test('a demo that is killed takes everything with it', async () => {
    const demo = startDemo(['--port', String(await freePort())]);
    await demo.address();
    expect(processes().length).toBeGreaterThan(3);
    demo.child.kill('SIGKILL');
    await nothingIsLeft();
  });

  test('on a Redis that is named it starts none, and simulates only when asked', async () => {
    const redis = await startRedisServer();
    const demo = startDemo(['--port', String(await freePort())], { REDIS_URL: redis.url });
    await demo.address();
    expect(
      processes().filter(({ command }) => /(redis|valkey)-server|orchestrator/.test(command)),
    ).toEqual([]);
    expect(demo.output()).not.toContain(redis.password);
    demo.child.kill('SIGTERM');
    expect(await demo.exited).toEqual([0, null]);
    await nothingIsLeft();
    await redis.stop();
  });

  test('a flag that is wrong is said at once', async () => {
    for (const flags of [['--scenario', 'calm'], ['--port', 'x'], ['--fast']]) {
      const demo = startDemo(flags);
      expect(await demo.exited).toEqual([1, null]);
      expect(demo.output()).toContain(flags[0]);
    }
  });
});
