import { describe, expect, it } from 'vitest';
import { feedHref, isFiltered, parseEntryParam, parseTailQuery, tailHref } from './tail-query';

describe('tail query', () => {
  it('goes to a URL and back, whatever the names hold', () => {
    const query = { stream: 'a/b%c d', type: 'x.*,y', jobId: 'j&1', text: '"#é' };
    const url = new URL(tailHref(query, '5-1'), 'http://x');
    expect(parseTailQuery(url.searchParams)).toEqual(query);
    expect(parseEntryParam(url.searchParams)).toBe('5-1');
  });

  it('leaves out what is not set', () => {
    const query = parseTailQuery(new URLSearchParams('type=%20&q='));
    expect(isFiltered(query)).toBe(false);
    expect(feedHref(query)).toBe('/events/stream?stats=1');
    expect(tailHref(query)).toBe('/events');
  });

  it('opens no entry for what is no id', () => {
    expect(parseEntryParam(new URLSearchParams('entry=%3Cscript%3E'))).toBeNull();
    expect(parseEntryParam(new URLSearchParams())).toBeNull();
  });
});
