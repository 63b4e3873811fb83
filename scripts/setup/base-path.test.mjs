import { describe, expect, it } from 'vitest';
import { basePathOf } from './base-path.mjs';

describe('BASE_PATH', () => {
  it.each([
    ['', ''],
    ['/', ''],
    ['/shield', '/shield'],
    ['/shield/', '/shield'],
    ['/ops/redis_1.2-x', '/ops/redis_1.2-x'],
  ])('%j serves below %j', (text, path) => expect(basePathOf(text)).toBe(path));

  it.each([
    'shield',
    '//shield',
    '/shield//',
    '/a b',
    '/a?b',
    '/..',
    '/a/./b',
    'https://a/b',
    '/é',
  ])('%j is refused', (text) => expect(() => basePathOf(text)).toThrow(/BASE_PATH/));
});
