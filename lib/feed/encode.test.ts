import { describe, expect, it } from 'vitest';
import { entryBytes, outlineOf } from '@/lib/model/entry';
import { encodeEntry, FEED_ENTRY_BYTES_MAX } from './encode';

const utf8 = (text: string) => new TextEncoder().encode(text);
const event = (bytes: number) => ({
  id: '1-1',
  fields: [
    [utf8('type'), utf8('t')],
    [utf8('data'), utf8(`{"big":"${'x'.repeat(bytes)}"}`)],
  ] as [Uint8Array, Uint8Array][],
});

describe('encodeEntry', () => {
  it('carries an entry whole up to a megabyte', () => {
    const whole = event(FEED_ENTRY_BYTES_MAX - 100);
    const message = encodeEntry('s', whole);
    expect(message).toMatchObject({ id: '1-1', event: 't' });
    expect(message.data.length).toBeGreaterThan(FEED_ENTRY_BYTES_MAX - 100);
  });

  it('sends a larger one as a stub that links to it', () => {
    const message = encodeEntry('größe/a?b', event(5_000_000));
    expect(JSON.parse(message.data)).toEqual({
      event_id: null,
      job_id: null,
      timestamp: null,
      omitted: { bytes: 5_000_019, href: '/streams/gr%C3%B6%C3%9Fe%2Fa%3Fb?entry=1-1' },
    });
  });

  it('says the same of one that was left in Redis', () => {
    const long = event(5_000_000);
    long.fields.push([utf8('job_id'), utf8('j'.repeat(5_000))], [utf8('job_id'), utf8('j2')]);
    const bytes = entryBytes(long);
    expect(encodeEntry('s', outlineOf(long), bytes)).toEqual(encodeEntry('s', long));
    expect(JSON.parse(encodeEntry('s', long).data)).toMatchObject({ job_id: '' });
  });
});
