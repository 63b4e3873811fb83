import { decodeUtf8 } from './entry';
import { nameToBytes } from './name';

/** A command line for `redis-cli` that a POSIX shell passes on unchanged. */
export function redisCliCommand(...words: string[]): string {
  return ['redis-cli', ...words.map(shellWord)].join(' ');
}

/** Characters that are not seen: controls, those that turn text around, breaks of lines. */
export const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** A word that is its own bytes and needs no quotes: by far the most, and thousands a second. */
const USUAL = /^(?!binary:)[\w:.-]{1,256}$/;

/** A line longer than this goes by standard input: systems limit what a command is given, bytes. */
export const COMMAND_BYTES_MAX = 64 * 1024;

/**
 * The same for words that may be names as this dashboard writes them: one of bytes that no shell
 * word can hold, or with characters that a terminal obeys when they are pasted or that hide what
 * stands there, is written in redis-cli's own quotes, which it reads from its standard input.
 */
export function redisCliNames(...words: string[]): string {
  if (words.every((word) => USUAL.test(word))) return redisCliCommand(...words);
  return redisCliBytes(...words.map(nameToBytes));
}

/** The same for words of any bytes and length. */
export function redisCliBytes(...words: Uint8Array[]): string {
  const texts = words.map(decodeUtf8);
  const length = words.reduce((bytes, word) => bytes + word.length, 0);
  const isPlain = texts.every((text) => text !== null && !UNSEEN.test(text));
  if (isPlain && length <= COMMAND_BYTES_MAX) {
    return redisCliCommand(...texts.map((text) => text ?? ''));
  }
  const line = words.map(redisCliWord).join(' ');
  return `printf '%s\\n' ${shellWord(line)} | redis-cli`;
}

/** One word of a shell, quoted where it has to be: zsh reads `=ls` as the path of a command. */
export function shellWord(word: string): string {
  return /^(?!=)[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

const PLAIN_BYTE = /^[\w@%+=:,./*$()<>-]$/;

/** One word as redis-cli reads it from a line: in quotes where a byte is not plain, that in hex. */
function redisCliWord(bytes: Uint8Array): string {
  const chars = Array.from(bytes, (byte) => {
    const char = String.fromCharCode(byte);
    return PLAIN_BYTE.test(char) ? char : `\\x${byte.toString(16).padStart(2, '0')}`;
  });
  const word = chars.join('');
  return word.length === bytes.length && word !== '' ? word : `"${word}"`;
}
