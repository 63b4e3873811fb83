import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRedisServer } from './setup/redis-server.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @type {import('./setup/redis-server.mjs').RedisServer} */
let redis;
/** @type {import('node:http').Server} */
let dashboard;
let port = 0;

beforeAll(async () => {
  redis = await startRedisServer({ password: 's3cret/pa ss' });
  dashboard = createServer((_request, response) => {
    response.end('{"status":"healthy"}');
  });
  await new Promise((resolve) => dashboard.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = dashboard.address();
  port = typeof address === 'object' && address ? address.port : 0;
});
afterAll(async () => {
  dashboard.close();
  await redis.stop();
});

/**
 * @param {Record<string, string>} env
 * @returns {Promise<{ code: number | null, text: string }>}
 */
function doctor(env) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['scripts/doctor.mjs'], {
      cwd: root,
      env: { PATH: process.env.PATH, NODE_ENV: 'test', PORT: String(port), ...env },
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
    }
    child.on('close', (code) => resolve({ code, text }));
  });
}

/** Lines that say something is wrong, but for the build: that is the state of this checkout. */
function complaints(/** @type {string} */ text) {
  return text.split('\n').filter((line) => line.startsWith('✗') && !line.includes('build'));
}

describe('doctor', () => {
  it('names missing consumer groups with the commands that make them, and makes none itself', async () => {
    const { code, text } = await doctor({ REDIS_URL: redis.url });
    expect(code).toBe(1);
    expect(complaints(text)).toHaveLength(2);
    expect(text).toContain('redis-cli XGROUP CREATE shield:events dashboard-frontend $ MKSTREAM');
    expect(await redis.command('DBSIZE')).toBe(0);
  });

  it('finds nothing wrong with a set-up that is right', async () => {
    for (const [stream, groups] of Object.entries({
      'shield:ingestion_queue': ['lightrag-workers', 'metrics-collector'],
      'shield:events': [
        'ag-ui-frontend',
        'dashboard-frontend',
        'metrics-collector',
        'power-ui-frontend',
      ],
    })) {
      for (const group of groups) {
        await redis.command('XGROUP', 'CREATE', stream, group, '$', 'MKSTREAM');
      }
    }
    const { code, text } = await doctor({ REDIS_URL: redis.url });
    expect(complaints(text)).toEqual([]);
    expect(code).toBe(text.includes('✗') ? 1 : 0);
    expect(text).toContain('✓ Redis answers');
    expect(text).toContain('(healthy)');
  });

  it('tells a wrong password from an absent Redis, and repeats neither', async () => {
    const wrong = await doctor({ REDIS_URL: redis.url.replace('s3cret', 'guessed-it') });
    expect(wrong.code).toBe(1);
    expect(wrong.text).toContain('refuses the user or password');
    expect(wrong.text).not.toContain('guessed-it');
    const absent = await doctor({ REDIS_URL: 'redis://:s3cret@127.0.0.1:1' });
    expect(absent.text).toContain('ECONNREFUSED');
    expect(absent.text).not.toContain('s3cret');
  });

  it('names the rights a user lacks; with the command it gives, nothing is missing', async () => {
    await redis.command('ACL', 'SETUSER', 'narrow', 'on', '>pw', '~shield:*', '+ping', '+xinfo');
    const url = `redis://narrow:pw@127.0.0.1:${redis.port}`;
    const { text } = await doctor({ REDIS_URL: url });
    expect(text).toMatch(/lacks rights: .*\+xadd on shield:ingestion_queue and shield:events/);
    const grant = /As an administrator: ACL (SETUSER .+)/.exec(text)?.[1] ?? '';
    await redis.command('ACL', ...grant.split(' '));
    expect(complaints((await doctor({ REDIS_URL: url })).text)).toEqual([]);
  });

  it('names every wrong variable and a dashboard that does not answer', async () => {
    const { code, text } = await doctor({ REDIS_URL: 'http://x', LOG_LEVEL: 'loud' });
    expect(code).toBe(1);
    expect(text).toContain('REDIS_URL');
    expect(text).toContain('LOG_LEVEL');
    const silent = await doctor({ REDIS_URL: redis.url, PORT: '1' });
    expect(complaints(silent.text).join()).toContain(
      'Nothing answers at http://127.0.0.1:1/health',
    );
  });
});
