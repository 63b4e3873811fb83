import { expect, it } from 'vitest';
import { neighboursIn } from './list-walk';

it('says what stands before and after, null at the ends', () => {
  expect(neighboursIn(['a', 'b', 'c'], 'b')).toEqual({ previous: 'a', next: 'c' });
  expect(neighboursIn(['a', 'b'], 'a')).toEqual({ previous: null, next: 'b' });
  expect(neighboursIn(['a', 'b'], 'b')).toEqual({ previous: 'a', next: null });
});

it('knows nothing of what is not in the list', () => {
  expect(neighboursIn(['a'], 'b')).toBeNull();
  expect(neighboursIn([], 'a')).toBeNull();
});
