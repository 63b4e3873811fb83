/** A command line for `redis-cli` that a POSIX shell passes on unchanged. */
export function redisCliCommand(...words: string[]): string {
  return ['redis-cli', ...words.map(shellWord)].join(' ');
}

/** One word of a POSIX shell, quoted where it has to be. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
