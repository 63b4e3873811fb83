import { describe, expect, it } from 'vitest';
import { SamplePlan } from './sample-plan';

const streams = (count: number) => Array.from({ length: count }, (_, n) => `s${n}`);

/** Samples once a second, each stream at its cost; tells how often each had its turn, and the time spent. */
function play(
  plan: SamplePlan,
  seconds: number,
  names: readonly string[],
  costUs: (name: string) => number,
  isImportant: (name: string) => boolean = () => false,
) {
  const turns = new Map<string, number>();
  let spentUs = 0;
  for (let second = 0; second < seconds; second++) {
    const nowMs = second * 1_000;
    for (const stream of plan.next(names, isImportant, nowMs).streams) {
      plan.sampled(stream, costUs(stream.name), nowMs);
      turns.set(stream.name, (turns.get(stream.name) ?? 0) + 1);
      spentUs += costUs(stream.name);
    }
  }
  return { turns, spentUs };
}

describe('within the budget', () => {
  it('every stream is sampled every second, and nothing is held back', () => {
    const plan = new SamplePlan(20_000);
    const { turns } = play(plan, 20, streams(100), () => 100);
    expect([...turns.values()].every((times) => times === 20)).toBe(true);
    expect([turns.size, plan.reason, plan.slowedBy]).toEqual([100, null, 1]);
  });

  it('a stream is not sampled twice within a second', () => {
    const plan = new SamplePlan(20_000);
    const [stream] = plan.next(['a'], () => true, 0).streams;
    if (stream) plan.sampled(stream, 50, 0);
    expect(plan.next(['a'], () => true, 900).streams).toEqual([]);
    expect(plan.next(['a'], () => true, 1_000).streams).toHaveLength(1);
  });

  it('what costs more is read at once of what matters, and every five seconds of the others', () => {
    const plan = new SamplePlan(20_000);
    const detailed: string[][] = [];
    for (let second = 0; second < 7; second++) {
      const nowMs = second * 1_000;
      const next = plan.next(['a', 'b'], (name) => name === 'a', nowMs).streams;
      for (const stream of next) plan.sampled(stream, 50, nowMs);
      detailed.push(next.filter((one) => one.detailed).map(({ name }) => name));
    }
    expect(detailed).toEqual([['a', 'b'], ['a'], ['a'], ['a'], ['a'], ['a', 'b'], ['a']]);
  });
});

describe('past the budget', () => {
  it('streams take turns, none is forgotten, and what is spent stays within it', () => {
    const plan = new SamplePlan(20_000);
    const names = streams(1_000);
    const { turns, spentUs } = play(plan, 60, names, () => 100);
    expect(turns.size).toBe(1_000);
    const times = [...turns.values()];
    expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(1);
    // What there is at the start comes on top.
    expect(spentUs).toBeLessThanOrEqual(65 * 20_000);
    expect(spentUs).toBeGreaterThan(58 * 20_000);
    expect(plan.reason).toBe('800 of 1000 streams wait their turn within 2 % of one core');
  });

  it('what is looked at comes every second, the others when there is room', () => {
    const plan = new SamplePlan(2_000);
    const names = streams(100);
    const { turns } = play(
      plan,
      100,
      names,
      () => 100,
      (name) => name === 's99',
    );
    expect(turns.get('s99')).toBeGreaterThanOrEqual(99);
    expect(turns.size).toBe(100);
  });

  it('one stream that costs much is sampled seldom and takes no turn of the others', () => {
    const plan = new SamplePlan(20_000);
    const names = [...streams(10), 'huge'];
    const { turns } = play(plan, 60, names, (name) => (name === 'huge' ? 60_000 : 100));
    // A quarter of the budget is 5 ms a second.
    expect(turns.get('huge')).toBeGreaterThanOrEqual(4);
    expect(turns.get('huge')).toBeLessThanOrEqual(6);
    expect(turns.get('s0')).toBeGreaterThanOrEqual(45);
    expect(plan.reason).toBe('1 of 11 streams cost much and are sampled seldom');
  });

  it('counting is cut first', () => {
    const rich = new SamplePlan(20_000).next(['a'], () => true, 0);
    expect(rich.firstStep).toBe(1_000);
    expect(rich.allowance.entries).toBeGreaterThan(10_000);
    const poor = new SamplePlan(100).next(streams(3), () => true, 0);
    expect(poor.firstStep).toBe(20);
    expect(poor.allowance.entries).toBeLessThan(100);
  });

  it('recovers when it costs less', () => {
    const plan = new SamplePlan(20_000);
    const names = streams(500);
    let costUs = 200;
    play(plan, 10, names, () => costUs);
    expect(plan.reason).toMatch(/wait their turn/);
    costUs = 10;
    for (let second = 10; second < 40; second++) {
      for (const one of plan.next(names, () => false, second * 1_000).streams) {
        plan.sampled(one, costUs, second * 1_000);
      }
    }
    expect(plan.reason).toBeNull();
  });
});

describe('a Redis that is slow to answer', () => {
  it('is asked less often, and as before when it answers again', () => {
    const plan = new SamplePlan(20_000);
    plan.took(10);
    expect(plan.slowedBy).toBe(1);
    plan.took(1_900);
    expect([plan.slowedBy, plan.reason]).toEqual([1, null]);
    plan.took(1_900);
    expect([plan.slowedBy, plan.reason]).toEqual([2, 'a sample took 1900 ms: Redis is slow']);
    for (let n = 0; n < 9; n++) plan.took(1_900);
    expect(plan.slowedBy).toBe(4);
    for (let n = 0; n < 2; n++) plan.took(10);
    expect([plan.slowedBy, plan.reason]).toEqual([1, null]);
  });
});
