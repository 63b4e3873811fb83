import { expect, it } from 'vitest';
import { redisCliCommand, shellWord } from './redis-command';

it('leaves plain words as they are and quotes the rest', () => {
  expect(redisCliCommand('XADD', 'shield:events', '*', 'a', '')).toBe(
    "redis-cli XADD shield:events '*' a ''",
  );
});

it.each([
  ["it's", `'it'\\''s'`],
  ['$HOME `id`', "'$HOME `id`'"],
  ['two\nlines', "'two\nlines'"],
  ['; rm -rf /', "'; rm -rf /'"],
])('a shell reads %j back', (word, quoted) => {
  expect(shellWord(word)).toBe(quoted);
});
