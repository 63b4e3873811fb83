import { setImmediate } from 'node:timers/promises';

/** Work goes on no longer than this before others have their turn. */
const SLICE_MS = 4;

let lastTurn: Promise<unknown> = Promise.resolve();

/** Resolves in a later turn of the event loop, one caller a turn: many at once hold it no longer. */
function nextTurn(): Promise<unknown> {
  lastTurn = lastTurn.then(() => setImmediate());
  return lastTurn;
}

/** All that a generator gives, made in slices of a few milliseconds with the event loop free between. */
export async function collectInSlices<T>(source: Iterable<T>, sliceMs = SLICE_MS): Promise<T[]> {
  await nextTurn();
  const all: T[] = [];
  let endMs = performance.now() + sliceMs;
  for (const item of source) {
    all.push(item);
    if (performance.now() < endMs) continue;
    await nextTurn();
    endMs = performance.now() + sliceMs;
  }
  return all;
}
