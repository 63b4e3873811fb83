import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freePort, shareOf } from './free-port.mjs';

test('ports differ, and no outgoing connection takes one before its server listens', async () => {
  const ports = await Promise.all(Array.from({ length: 50 }, () => freePort()));
  expect(new Set(ports).size).toBe(ports.length);
  for (const port of ports) {
    expect(port).toBeGreaterThan(1_024);
    // A cluster's bus listens 10000 above.
    expect(port + 10_000).toBeLessThan(32_768);
  }
});

test('a port that is wanted and taken is refused with its reason', async () => {
  const port = await freePort();
  const taken = createServer().listen(port, '127.0.0.1');
  await once(taken, 'listening');
  await expect(freePort(port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  taken.close();
  await once(taken, 'close');
  expect(await freePort(port)).toBe(port);
});

test('workers side by side pick from ports of their own', () => {
  const shares = ['1', '2', '3'].map((id) => shareOf({ VITEST_POOL_ID: id }));
  for (const [at, { first, count }] of shares.entries()) {
    expect(count).toBeGreaterThan(500);
    expect(shares[at + 1]?.first ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(first + count);
  }
  expect(shareOf({ TEST_PARALLEL_INDEX: '0' }).first).not.toBe(
    shareOf({ TEST_PARALLEL_INDEX: '1' }).first,
  );
  const whole = shareOf({});
  expect(whole.count).toBeGreaterThan(5_000);
  // A cluster's bus, 10000 above, is no port that anybody picks.
  expect(whole.first + whole.count).toBeLessThanOrEqual(whole.first + 10_000);
});
