import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Refusal, RefusalCounts } from './refusal-counts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function counts() {
  const told: string[] = [];
  const refusals = new RefusalCounts(({ asker, code }, count) => {
    told.push(`${asker.actor.name} ${code} ${count}`);
  });
  const refuse = (name: string, code: Refusal['code'] = 'foreign_origin') => {
    const actor = { name, role: null, address: '10.0.0.1', via: null };
    const asker = { actor, requestId: null };
    refusals.add({ asker, code, method: 'POST', path: '/api/tasks' });
  };
  return { told, refusals, refuse };
}

it('tells the first of a kind at once and the others a minute later', () => {
  const { told, refuse } = counts();
  for (let n = 0; n < 5; n++) refuse('ann');
  refuse('bob');
  refuse('ann', 'foreign_host');
  const first = ['ann foreign_origin 1', 'bob foreign_origin 1', 'ann foreign_host 1'];
  expect(told).toEqual(first);
  vi.advanceTimersByTime(60_000);
  expect(told).toEqual([...first, 'ann foreign_origin 4']);
  refuse('ann');
  expect(told.at(-1)).toBe('ann foreign_origin 1');
});

it('tells what is left when it is stopped, and nothing after', () => {
  const { told, refusals, refuse } = counts();
  for (let n = 0; n < 3; n++) refuse('ann');
  refusals.stop();
  expect(told).toEqual(['ann foreign_origin 1', 'ann foreign_origin 2']);
  vi.advanceTimersByTime(600_000);
  expect(told).toHaveLength(2);
});

it('holds a bounded number of kinds: those beyond it are counted as one', () => {
  const { told, refusals, refuse } = counts();
  for (let n = 0; n < 10_000; n++) refuse(`user-${n}`);
  expect(told).toHaveLength(201);
  refusals.stop();
  expect(told.slice(201)).toEqual(['(several) foreign_origin 9799']);
});
