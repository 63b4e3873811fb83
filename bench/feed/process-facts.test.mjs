import { describe, expect, it } from 'vitest';
import { parentOf, residentKb } from './process-facts.mjs';

describe('process facts', () => {
  it('finds the parent behind a name with spaces and brackets', () => {
    expect(parentOf('42 (a (b) c) S 7 42 42 0 -1')).toBe(7);
  });

  it('reads resident memory, and 0 of a process that has gone', () => {
    expect(residentKb('Name:\tnode\nVmRSS:\t  12345 kB\nThreads:\t7\n')).toBe(12_345);
    expect(residentKb('')).toBe(0);
  });
});
