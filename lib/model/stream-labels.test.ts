import { describe, expect, it } from 'vitest';
import { listOf, streamLabels } from './stream-labels';

const labels = (...names: string[]) => [...streamLabels(names).values()];

describe('streamLabels', () => {
  it('leaves out what all names begin with, up to a separator', () => {
    expect(labels('shield:events', 'shield:ingestion_queue')).toEqual([
      'events',
      'ingestion_queue',
    ]);
    expect(labels('a:b:c1', 'a:b:c2')).toEqual(['c1', 'c2']);
    expect(labels('events', 'events2')).toEqual(['events', 'events2']);
  });

  it('leaves something of each, and one name whole', () => {
    expect(labels('a:b:', 'a:b:c')).toEqual(['b:', 'b:c']);
    expect(labels('a:', 'a:b')).toEqual(['a:', 'a:b']);
    expect(labels('shield:events')).toEqual(['shield:events']);
    expect(labels('x:a', 'y:a')).toEqual(['x:a', 'y:a']);
    expect(labels()).toEqual([]);
  });
});

describe('listOf', () => {
  it('reads as a sentence does', () => {
    expect(listOf(['a'])).toBe('a');
    expect(listOf(['a', 'b', 'c'])).toBe('a, b and c');
    expect(listOf(['a  b', 'c\n'])).toBe('a␣␣b and c\\n');
  });
});
