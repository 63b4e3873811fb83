import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { nameFromBytes } from './name';
import { redisCliCommand, redisCliNames, shellWord } from './redis-command';

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
  ['=ls', "'=ls'"],
])('a shell reads %j back', (word, quoted) => {
  expect(shellWord(word)).toBe(quoted);
});

/** The words a shell gives to the command of a line. */
function wordsOf(line: string): string[] {
  const stub = `cli() { printf '%s\\0' "$@"; }`;
  const script = `${stub}\n${line.replace(/^redis-cli/, 'cli')}`;
  return execFileSync('sh', ['-c', script]).toString('utf8').split('\0').slice(0, -1);
}

it('gives a shell names that come out as they went in', () => {
  const words = ['XACK', "it's", '$(reboot) `id`', '', 'two words', 'ключ', '-x', '*', '\\n'];
  expect(wordsOf(redisCliNames(...words))).toEqual(words);
});

it('writes names that are no text in the quotes that redis-cli reads', () => {
  const odd = nameFromBytes(new Uint8Array([0xff, 0x27, 0x22, 0x5c, 0x00, 0x61, 0x24]));
  const line = redisCliNames('XACK', odd, 'g', '1-0');
  const read = String.raw`XACK "\xff\x27\x22\x5c\x00a$" g 1-0`;
  expect(line).toBe(`printf '%s\\n' '${read}' | redis-cli`);
});

it.each([
  ['a\u0015rm -rf x\n', 'a\\x15rm\\x20-rf\\x20x\\x0a'],
  ['a\u001b[201~\n', 'a\\x1b\\x5b201\\x7e\\x0a'],
  ['a\u009b', 'a\\xc2\\x9b'],
  ['a\u202eb', 'a\\xe2\\x80\\xaeb'],
])('leaves nothing in %j that a terminal would obey, or that hides', (name, escaped) => {
  expect(redisCliNames('TYPE', name)).toBe(`printf '%s\\n' 'TYPE "${escaped}"' | redis-cli`);
});
