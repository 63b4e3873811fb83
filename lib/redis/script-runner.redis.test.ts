import { describe, expect, it } from 'vitest';
import { ownRedis } from '@/lib/testing/own-redis';
import { runScript } from './script-runner';

const redis = ownRedis();
const ADD = "return redis.call('XADD', KEYS[1], '*', 'value', ARGV[1])";

describe('runScript', () => {
  it('sends a script once, and its hash from then on', async () => {
    const connection = redis.connect();
    const run = (value: string) => runScript(connection, ADD, ['s'], [value], 'write');
    await run('a');
    await redis.command('CONFIG', 'RESETSTAT');
    await run('b');
    const stats = String(await redis.command('INFO', 'commandstats'));
    expect(stats).toContain('cmdstat_evalsha:calls=1');
    expect(stats).not.toContain('cmdstat_eval:');
  });

  it('sends it again where Redis has forgotten it, and runs it once', async () => {
    const connection = redis.connect();
    await redis.command('DEL', 's');
    for (let n = 0; n < 3; n++) {
      await redis.command('SCRIPT', 'FLUSH');
      await runScript(connection, ADD, ['s'], ['x'], 'write');
    }
    expect(await redis.command('XLEN', 's')).toBe(3);
  });

  it('carries keys and arguments of any bytes', async () => {
    const connection = redis.connect();
    const bytes = Uint8Array.from({ length: 256 }, (_, at) => at);
    const reply = await runScript(connection, 'return {KEYS[1], ARGV[1]}', [bytes], [bytes]);
    for (const part of reply as Buffer[]) expect(part.equals(bytes)).toBe(true);
  });

  it('passes on what the script fails with', async () => {
    await redis.command('SET', 'text', 'x');
    const failing = runScript(redis.connect(), ADD, ['text'], ['x'], 'write');
    await expect(failing).rejects.toMatchObject({ code: 'wrong_type' });
  });
});
