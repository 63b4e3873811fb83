import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  distinctStreams,
  FEED_STREAMS_MAX,
  FeedCursorWriter,
  isFeedCursor,
  parseFeedCursor,
  writeFeedCursor,
} from './feed-cursor';

const part = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const id = fc.tuple(part, part).map(([ms, seq]) => `${ms}-${seq}`);
const feed = fc
  .uniqueArray(fc.tuple(fc.string({ unit: 'binary' }), fc.option(id)), {
    minLength: 2,
    maxLength: FEED_STREAMS_MAX,
    selector: ([name]) => name,
  })
  .map((pairs) => ({ streams: pairs.map(([name]) => name), places: pairs.map(([, at]) => at) }));

describe('the cursor of several streams', () => {
  it('goes to a header and back, whatever the names and places', () => {
    fc.assert(
      fc.property(feed, ({ streams, places }) => {
        const cursor = writeFeedCursor(streams, places);
        // What a header, a URL and a line of Server-Sent Events take as it is.
        expect(cursor).toMatch(/^[-~$0-9a-f]+$/);
        expect(isFeedCursor(cursor)).toBe(true);
        expect(parseFeedCursor(cursor, streams)).toEqual(places);
      }),
    );
  });

  it('is put together around any one place', () => {
    fc.assert(
      fc.property(feed, fc.nat(), id, ({ streams, places }, which, next) => {
        const at = which % places.length;
        const [before, after] = new FeedCursorWriter(streams).around(places, at);
        const moved = places.with(at, next);
        expect(before + next + after).toBe(writeFeedCursor(streams, moved));
      }),
    );
  });

  it('is read whatever is sent, and only where it is one of these streams', () => {
    const streams = ['a', 'b'];
    const good = writeFeedCursor(streams, ['1-0', '2-0']);
    const [mark] = good.split('~');
    for (const bad of [
      '',
      mark,
      `${mark}~1-0`,
      `${good}~3-0`,
      `${good}~`,
      `${mark}~1-0~1`,
      `${mark}~1-0~-1`,
      `${mark}~1-0~18446744073709551616-0`,
      `${mark}~1-0~2-0\n`,
      `${good} `,
      good.toUpperCase().replace('~', '~~'),
      `00000000~1-0~2-0`,
      `${mark}${'~1-0'.repeat(300_000)}`,
      '~'.repeat(1024 * 1024),
    ]) {
      expect(parseFeedCursor(bad ?? '', streams)).toBeNull();
    }
    expect(parseFeedCursor(good, ['a', 'c'])).toBeNull();
    expect(parseFeedCursor(good, ['b', 'a'])).toBeNull();
    fc.assert(fc.property(fc.string(), (text) => parseFeedCursor(text, streams) === null));
  });

  it('has one order, each stream once', () => {
    expect(distinctStreams(['b', '', 'a', 'b', 'binary:QQ=='])).toEqual(['A', 'a', 'b']);
  });
});
