import { describe, expect, it } from 'vitest';
import { entriesApiHref, entryApiHref, nameFromParam, streamPageHref } from './stream-href';

const NAMES = [
  'shield:events',
  'a/b',
  '100%',
  '%2F',
  'with space',
  'ключ',
  'binary:_w==',
  '?#&',
  '.',
  '..',
  '...',
];

describe('stream hrefs', () => {
  it('carry any name in one path segment and back', () => {
    for (const name of NAMES) {
      const path = new URL(streamPageHref(name), 'http://x').pathname;
      expect(path.split('/')).toHaveLength(3);
      expect(nameFromParam(path.split('/')[2] ?? '')).toBe(name);
    }
  });

  it('take a parameter that is no encoding as it is', () => {
    expect(nameFromParam('100%')).toBe('100%');
  });

  it('write times for the page as its form does and for the API as milliseconds', () => {
    const fromMs = Date.UTC(2026, 10, 22, 14, 3, 7);
    expect(streamPageHref('s', { fromMs, order: 'desc', limit: 50 }, '5-1')).toBe(
      '/streams/s?from=2026-11-22T14%3A03%3A07&entry=5-1',
    );
    expect(entriesApiHref('s', { fromMs, before: '9-0', order: 'asc', limit: 10 })).toBe(
      `/api/streams/s/entries?before=9-0&from=${fromMs}&order=asc&limit=10`,
    );
  });

  it('ask for values whole', () => {
    expect(entryApiHref('a/b', '5-1', true)).toBe('/api/streams/a%2Fb/entries/5-1?whole=1');
  });
});
