import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '@/e2e/support/eventually';
import { everyTenSeconds, pastPoint, writePast } from '@/e2e/support/history';
import { send } from '@/e2e/support/http-client';
import { type Stack, startStack } from '@/e2e/support/stack';
import type { HistoryAnswer } from '@/lib/model/history-query';

const STREAM = 'past:stream';
const MINUTE_MS = 60_000;
/** Behind it only one of the groups is left. */
const LEFT_MINUTES_AGO = 10;

let stack: Stack;
let nowMs: number;

beforeAll(async () => {
  stack = await startStack();
  nowMs = Date.now();
  const points = [...everyTenSeconds(nowMs - 30 * MINUTE_MS, nowMs - 5 * MINUTE_MS)].map((atMs) =>
    pastPoint(
      atMs,
      atMs < nowMs - LEFT_MINUTES_AGO * MINUTE_MS ? { stays: {}, left: { lag: 7 } } : { stays: {} },
    ),
  );
  await writePast(stack.redis, STREAM, points);
});
afterAll(() => stack.stop());

async function past(query: string): Promise<HistoryAnswer> {
  const answer = await send(stack.base, `/api/streams/${STREAM}/history?${query}`);
  expect(answer.status).toBe(200);
  return answer.json() as HistoryAnswer;
}

describe('the past of a stream', () => {
  test('has every group that is kept in one answer, each point in their order', async () => {
    const { groups, points, resolution_ms } = await past('range=1h&group=*');
    expect(groups).toEqual(['stays', 'left']);
    const before = points.filter(
      ({ at }) => at < nowMs - LEFT_MINUTES_AGO * MINUTE_MS - resolution_ms,
    );
    expect(before.length).toBeGreaterThan(30);
    for (const point of before) {
      expect(point.groups).toMatchObject([
        { lag: 5, lag_min: 3, lag_max: 9, lag_quality: 'exact', pending: 1, pending_max: 3 },
        { lag: 7 },
      ]);
    }
    expect(points.at(-1)?.groups).toMatchObject([{ lag: 5 }, null]);
  });

  test('has the groups that are named, also one that never was', async () => {
    const { groups, points } = await past('range=1h&group=left&group=never&group=stays&group=left');
    expect(groups).toEqual(['left', 'never', 'stays']);
    expect(points[0]?.groups).toMatchObject([{ lag: 7 }, null, { lag: 5 }]);
    expect((await past('range=1h')).points[0]?.groups).toEqual([]);
  });

  test('since a moment is the end of the whole, with the same values', async () => {
    const whole = await past('range=1h&group=*');
    const sinceMs = whole.points[40]?.at ?? 0;
    const end = await past(`range=1h&group=*&since=${sinceMs}`);
    expect(end.points).toEqual(
      whole.points.slice(40).map((point) => ({
        ...point,
        groups: point.groups.slice(0, end.groups.length),
      })),
    );
    expect(end).toMatchObject({ tier: whole.tier, resolution_ms: whole.resolution_ms });
  });

  test('is the same when it is asked for again, and what is new is seen', async () => {
    const before = await past('range=6h&group=stays');
    expect((await past('range=6h&group=stays')).points).toEqual(before.points);
    const points = [...everyTenSeconds(nowMs - 30 * MINUTE_MS, nowMs)].map((ms) =>
      pastPoint(ms, { stays: { lag: 77 } }),
    );
    await writePast(stack.redis, STREAM, points);
    await eventually(async () => {
      const last = (await past('range=6h&group=stays')).points.at(-1);
      expect(last?.groups).toMatchObject([{ lag: 77 }]);
    });
  });

  test('every wrong parameter is named', async () => {
    const many = Array.from({ length: 17 }, (_, at) => `group=g${at}`).join('&');
    const answer = await send(
      stack.base,
      `/api/streams/${STREAM}/history?range=3y&since=soon&${many}`,
    );
    expect([answer.status, answer.json()]).toMatchObject([
      400,
      {
        code: 'invalid_request',
        errors: [
          { field: 'range', message: 'expected 15m, 1h, 6h, 24h, 7d' },
          { field: 'since', message: 'expected epoch milliseconds' },
          { field: 'group', message: 'expected * or at most 16 groups' },
        ],
      },
    ]);
  });
});
