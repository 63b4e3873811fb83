import { describe, expect, it } from 'vitest';
import { feedHref, isFiltered, parseEntryParam, parseTailQuery, tailHref } from './tail-query';

describe('tail query', () => {
  it('goes to a URL and back, whatever the names hold', () => {
    const query = { streams: ['a/b%c  d', 'b@#&é'], filter: 'type:x.*,y job:"j&1" "\\"#é"' };
    const url = new URL(tailHref(query, '5-1'), 'http://x');
    expect(parseTailQuery(url.searchParams)).toEqual(query);
    expect(parseEntryParam(url.searchParams)).toBe('5-1');
  });

  it('turns the parameters from before the language into its text', () => {
    const old = new URLSearchParams({ type: 'x.*, y', job_id: 'j 1', q: 'a:b', filter: ' n>1 ' });
    expect(parseTailQuery(old)).toEqual({
      streams: [],
      filter: 'type:x.*,y job:"j 1" "a:b" n>1',
    });
  });

  it('leaves out what is not set', () => {
    const query = parseTailQuery(new URLSearchParams('type=%20&q=&filter=%20'));
    expect(isFiltered(query)).toBe(false);
    expect(feedHref(query)).toBe('/events/stream?stats=1');
    expect(tailHref(query)).toBe('/events');
  });

  it('keeps a malformed filter for its page and asks the feed for everything', () => {
    const query = parseTailQuery(new URLSearchParams({ stream: 's', filter: 'type:' }));
    expect(isFiltered(query)).toBe(false);
    expect(tailHref(query)).toBe('/events?stream=s&filter=type%3A');
    expect(feedHref(query)).toBe('/events/stream?stream=s&stats=1');
  });

  it('opens no entry for what is no id', () => {
    expect(parseEntryParam(new URLSearchParams('entry=%3Cscript%3E'))).toBeNull();
    expect(parseEntryParam(new URLSearchParams())).toBeNull();
  });
});
