import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { RefusedRequest } from '@/lib/model/audit';
import { RefusalCounts } from './refusal-counts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function counts() {
  const told: string[] = [];
  const refusals = new RefusalCounts(({ asker, code }, count) => {
    told.push(`${asker.actor.name} ${code} ${count}`);
  });
  const refuse = (name: string, refusal: Partial<RefusedRequest> = {}, address = '10.0.0.1') => {
    const asker = { actor: { name, role: null, address, via: null }, requestId: null };
    const request = { code: 'foreign_origin', method: 'POST', path: '/api/tasks' } as const;
    refusals.add({ asker, ...request, ...refusal });
  };
  return { told, refusals, refuse };
}

it('tells the first of a kind at once and the others minutes later', () => {
  const { told, refuse } = counts();
  for (let n = 0; n < 5; n++) refuse('ann');
  refuse('bob');
  refuse('ann', { code: 'foreign_host' });
  const first = ['ann foreign_origin 1', 'bob foreign_origin 1', 'ann foreign_host 1'];
  expect(told).toEqual(first);
  vi.advanceTimersByTime(600_000);
  expect(told).toEqual([...first, 'ann foreign_origin 4']);
  refuse('ann');
  expect(told.at(-1)).toBe('ann foreign_origin 1');
});

it('takes an IPv6 network for one address, and two subjects of one name for two', () => {
  const { told, refusals, refuse } = counts();
  for (let n = 1; n < 9; n++) refuse('ann', {}, `2001:db8::${n}`);
  refuse('ann', {}, '2001:db8:0:1::1');
  expect(told).toEqual(['ann foreign_origin 1', 'ann foreign_origin 1']);
  const asker = (subject: string) => ({
    actor: { name: 'ann', subject, role: null, address: '2001:db8::1', via: 'oidc' } as const,
    requestId: null,
  });
  for (const subject of ['s1', 's2', 's1']) refuse('ann', { asker: asker(subject) });
  expect(told).toHaveLength(4);
  refusals.stop();
  expect(told.slice(4)).toEqual(['(several) foreign_origin 7', 'ann foreign_origin 1']);
});

it('tells what is left when it is stopped, and nothing after', () => {
  const { told, refusals, refuse } = counts();
  for (let n = 0; n < 3; n++) refuse('ann');
  refusals.stop();
  expect(told).toEqual(['ann foreign_origin 1', 'ann foreign_origin 2']);
  vi.advanceTimersByTime(6_000_000);
  expect(told).toHaveLength(2);
});

it('holds a bounded number of kinds: those beyond it are counted as one', () => {
  const { told, refusals, refuse } = counts();
  for (let n = 0; n < 10_000; n++) refuse(`user-${n}`);
  expect(told).toHaveLength(201);
  refusals.stop();
  expect(told.slice(201)).toEqual(['(several) foreign_origin 9799']);
});

it('tells pages that ask on without a session together, wherever they are', () => {
  const { told, refusals, refuse } = counts();
  const poll = { code: 'unauthenticated', method: 'GET' } as const;
  for (let n = 0; n < 9; n++) refuse('unknown', poll, `10.0.0.${n}`);
  for (let n = 0; n < 9; n++) refuse('unknown', { ...poll, method: 'POST' }, '10.0.0.1');
  refusals.stop();
  expect(told).toEqual([
    ...['unknown unauthenticated 1', 'unknown unauthenticated 1'],
    ...['(several) unauthenticated 8', 'unknown unauthenticated 8'],
  ]);
});
