import { describe, expect, it } from 'vitest';
import { resumeAfter } from './feed-resume';

describe('resumeAfter', () => {
  it('is the entry’s own id', () => {
    expect(resumeAfter({ event: 'x', id: '5-1', data: '{}' })).toBe('5-1');
  });

  it.each([
    ['dashboard.hello', '{"stream":"s","requested":null,"resumed_from":"7-0"}', '7-0'],
    ['dashboard.hello', '{"stream":"s","requested":null,"resumed_from":null}', null],
    ['dashboard.position', '{"id":"8-2"}', '8-2'],
    ['dashboard.counts', '{"id":"8-3","filtered":4}', '8-3'],
    ['dashboard.reset', '{"stream":"s"}', '0-0'],
    ['dashboard.gap', '{"after":"1-0","before":"9-3","lost":4}', '9-2'],
    ['dashboard.gap', '{"after":"1-0","before":"9-0","lost":4}', '8-18446744073709551615'],
    ['dashboard.status', '{"redis":"up","since":""}', null],
    ['dashboard.stats', '{"streams":{}}', null],
    ['an.event', '{"id":"1-0"}', null],
  ])('of %s %s', (event, data, id) => {
    expect(resumeAfter({ event, data })).toBe(id);
  });

  it.each(['', 'null', '[]', '{"id":5}', '{"id":"x"}', '{'])(
    'stays where it was for %j',
    (data) => {
      expect(resumeAfter({ event: 'dashboard.position', data })).toBeNull();
    },
  );
});
