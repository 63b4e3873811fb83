import { describe, expect, it } from 'vitest';
import { parseFeedFilter } from '@/lib/model/feed-filter';
import { EntryLog, type LoggedMessage } from './entry-log';
import { SharedBatches, sharedFilter } from './shared-batches';

const filter = (query: string) => sharedFilter(parseFeedFilter(new URLSearchParams(query)));
const EVERYTHING = filter('');

const message = (n: number, event = 'a', text = ''): LoggedMessage => ({
  id: `${n}-0`,
  event,
  data: JSON.stringify({ text }),
});

const read = (batches: SharedBatches, id: string, wanted = EVERYTHING) => {
  const batch = batches.after(id, wanted);
  if (batch === null || batch === 'behind') throw new Error(`${batch}`);
  return batch;
};

function logOf(...messages: LoggedMessage[]) {
  const log = new EntryLog();
  const batches = new SharedBatches(log);
  log.startAfter('0-0', 0);
  log.append(messages);
  return { log, batches };
}

describe('SharedBatches', () => {
  it('gives one and the same batch to all at one place who want the same', () => {
    const { batches } = logOf(message(1), message(2, 'b'), message(3));
    expect(batches.after('1-0', EVERYTHING)).toBe(batches.after('1-0', filter('type=')));
    expect(batches.after('1-0', filter('type=b'))).toBe(batches.after('1-0', filter('type=b')));
    expect(batches.after('1-0', filter('type=b'))).not.toBe(batches.after('1-0', EVERYTHING));
    expect(batches.after('2-0', EVERYTHING)).not.toBe(batches.after('1-0', EVERYTHING));
  });

  it('goes on past what a filter leaves out', () => {
    const { batches } = logOf(message(1), message(2, 'b'), message(3));
    expect(batches.after('0-0', filter('type=b'))).toEqual({
      messages: [message(2, 'b')],
      lastId: '3-0',
      filtered: 2,
      sequence: 3,
    });
    expect(read(batches, '2-0', filter('type=b')).messages).toEqual([]);
    expect(batches.after('3-0', EVERYTHING)).toBeNull();
  });

  it('knows what came since', () => {
    const { log, batches } = logOf(message(1));
    expect(read(batches, '0-0').messages).toHaveLength(1);
    log.append([message(2)]);
    expect(read(batches, '0-0').messages).toHaveLength(2);
    log.startAfter('5-0', 5);
    expect(batches.after('5-0', EVERYTHING)).toBeNull();
    expect(batches.after('1-0', EVERYTHING)).toBe('behind');
  });

  it('holds a bounded number of entries and characters, and one entry however large', () => {
    const large = 'x'.repeat(200 * 1024);
    const { batches } = logOf(...[1, 2, 3].map((n) => message(n, 'a', large)));
    expect(read(batches, '0-0').lastId).toBe('1-0');
    const many = logOf(...Array.from({ length: 2_500 }, (_, n) => message(n + 1)));
    expect(read(many.batches, '0-0').lastId).toBe('1000-0');
    const huge = logOf(message(1, 'a', 'x'.repeat(600 * 1024)));
    expect(read(huge.batches, '0-0').lastId).toBe('1-0');
  });
});
