import { describe, expect, it } from 'vitest';
import { collectInSlices } from './in-slices';

/** Work that takes a while: each item a fraction of a millisecond. */
function* work(items: number): Generator<number, void, void> {
  for (let item = 0; item < items; item++) {
    const endMs = performance.now() + 0.3;
    while (performance.now() < endMs);
    yield item;
  }
}

describe('collecting in slices', () => {
  it('gives everything, in order', async () => {
    expect(await collectInSlices(work(50), 1)).toEqual(Array.from({ length: 50 }, (_, at) => at));
    expect(await collectInSlices([])).toEqual([]);
  });

  it('lets others have their turn between the slices', async () => {
    let turns = 0;
    const other = setInterval(() => turns++, 0);
    await collectInSlices(work(100), 1);
    clearInterval(other);
    expect(turns).toBeGreaterThan(3);
  });

  it('has many at once take turns too: no two slices in one', async () => {
    let turn = 0;
    let isOver = false;
    const nextTurn = () => {
      turn++;
      if (!isOver) setImmediate(nextTurn);
    };
    setImmediate(nextTurn);
    const slices = new Map<number, Set<string>>();
    function* watched(name: string) {
      for (const item of work(30)) {
        slices.set(turn, (slices.get(turn) ?? new Set()).add(name));
        yield item;
      }
    }
    await Promise.all(['a', 'b', 'c', 'd'].map((name) => collectInSlices(watched(name), 1)));
    isOver = true;
    expect(slices.size).toBeGreaterThan(4);
    for (const names of slices.values()) expect(names.size).toBe(1);
  });

  it('passes on what the work throws, and goes on with the next', async () => {
    function* broken() {
      yield 1;
      throw new Error('broken');
    }
    await expect(collectInSlices(broken())).rejects.toThrow('broken');
    expect(await collectInSlices([1, 2])).toEqual([1, 2]);
  });
});
