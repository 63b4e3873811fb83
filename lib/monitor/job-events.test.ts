import { expect, it } from 'vitest';
import type { EntryId } from '@/lib/model/entry-id';
import { type EventSource, JobEvents } from './job-events';

const sink = { add: () => undefined, reset: () => undefined };

/** Pages of 1,000 entries each, down to `firstMs` or to where they are asked for. */
async function pageBack(from: string, downTo: string, firstMs: number, lastMs: number) {
  const top = from === '+' ? lastMs : Number(from.split('-')[0]);
  const bottom = downTo === '-' ? firstMs : Math.max(firstMs, Number(downTo.split('-')[0]));
  const count = Math.min(1_000, Math.max(0, top - bottom + 1));
  const entries = Array.from({ length: count }, (_, n) => {
    const id: EntryId = `${top - n}-0`;
    return { entry: { id, fields: [] }, bytes: 10 };
  });
  return { position: null, entries };
}

it('is reading until the reader knows the stream, and reaches the first over no hole', async () => {
  let headId: EntryId = '10-0';
  let ready = false;
  const source: EventSource = {
    get ready() {
      return ready;
    },
    epoch: 0,
    get headId() {
      return headId;
    },
    covers: (id) => id === headId,
    after: () => [],
    onChange: () => () => undefined,
  };
  const past = { back: (from: string, to: string) => pageBack(from, to, 1, 100_000) };
  const events = new JobEvents(source, past, sink, new AbortController().signal);
  await events.catchUp();
  expect(events.coverage).toMatchObject({ is_reading: true, reaches_first: false });
  ready = true;
  await events.catchUp();
  await events.pastRead();
  expect(events.coverage).toMatchObject({ is_reading: false, reaches_first: true, looked_at: 10 });
  // More came at once than is looked at of the past.
  headId = '50000-0';
  await events.catchUp();
  await events.pastRead();
  expect(events.coverage).toMatchObject({ is_reading: false, reaches_first: false });
});
