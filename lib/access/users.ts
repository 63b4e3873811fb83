import { readFileSync, statSync } from 'node:fs';
import { DEFAULT_COST, hashOfNobody, type PasswordHash } from './password';
import { type ParsedUsers, parseUsers, type Token, type User } from './users-file';

/** How often the file is looked at: who is taken out of it is out within a minute, with much to spare. */
const LOOK_MS = 5_000;

export type UsersSource = { file: string } | { text: string };

/** The users and tokens of this moment. */
export class Users {
  readonly #source: UsersSource;
  readonly #tell: (facts: object, message: string) => void;
  #parsed: ParsedUsers;
  #stamp = '';
  #nobody: PasswordHash = hashOfNobody(DEFAULT_COST);
  #timer: ReturnType<typeof setInterval> | undefined;

  /**
   * Throws an error that names every wrong line; `tell` hears of what goes wrong later. `mayBeNobody`:
   * there is another way in, and there may be tokens alone.
   */
  constructor(
    source: UsersSource,
    tell: (facts: object, message: string) => void,
    { mayBeNobody = false } = {},
  ) {
    this.#source = source;
    this.#tell = tell;
    const where = 'file' in source ? `USERS_FILE (${source.file})` : 'USERS';
    try {
      this.#parsed = this.#read();
    } catch (cause) {
      const why = codeOf(cause);
      throw new Error(`${where}, no_users_file: the file cannot be read (${why})`, { cause });
    }
    const { mistakes, users } = this.#parsed;
    if (mistakes.length > 0) {
      throw new Error([`${where}, wrong_user_line:`, ...mistakes.map((m) => `  ${m}`)].join('\n'));
    }
    if (users.size === 0 && !mayBeNobody) {
      throw new Error(`${where}, no_users: nobody could sign in; make a line with: npm run user`);
    }
  }

  /** Whether anybody could sign in by a password. */
  get hasPeople(): boolean {
    return this.#parsed.users.size > 0;
  }

  find(name: string): User | null {
    return this.#parsed.users.get(name) ?? null;
  }

  findToken(digest: string, nowMs: number): Token | null {
    const token = this.#parsed.tokens.get(digest);
    if (!token || (token.expiresAtMs !== null && token.expiresAtMs < nowMs)) return null;
    return token;
  }

  /** What is checked for a name nobody has: as dear as the dearest of those who are. */
  get nobody(): PasswordHash {
    return this.#nobody;
  }

  /** Begins to look for changes of the file. */
  watch(): void {
    if (!('file' in this.#source)) return;
    this.#timer = setInterval(() => this.lookAgain(), LOOK_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /**
   * Reads the file again where it has changed. Wrong lines are left out, so that who was taken out
   * is out whatever else is wrong; a file that cannot be read leaves all as it was.
   */
  lookAgain(): void {
    if (!('file' in this.#source)) return;
    const { file } = this.#source;
    try {
      if (stampOf(file) === this.#stamp) return;
      this.#parsed = this.#read();
    } catch (error) {
      const code = codeOf(error);
      if (this.#stamp !== 'unreadable') {
        this.#tell({ file, code }, 'the users file cannot be read; its users stay as they were');
      }
      this.#stamp = 'unreadable';
      return;
    }
    const { users, tokens, mistakes } = this.#parsed;
    const facts = { users: users.size, tokens: tokens.size, mistakes };
    this.#tell(facts, 'the users file was read again');
  }

  #read(): ParsedUsers {
    if ('text' in this.#source) return this.#keep(parseUsers(this.#source.text));
    const { file } = this.#source;
    // Before the text: what is written in between is read at the next look.
    const stamp = stampOf(file);
    const parsed = parseUsers(readFileSync(file, 'utf8'));
    this.#stamp = stamp;
    return this.#keep(parsed);
  }

  #keep(parsed: ParsedUsers): ParsedUsers {
    const costs = [...parsed.users.values()].map(({ hash }) => hash);
    const work = ({ ln, r, p }: PasswordHash) => 2 ** ln * r * p;
    const dearest = costs.sort((a, b) => work(b) - work(a))[0];
    this.#nobody = hashOfNobody(dearest ?? DEFAULT_COST);
    return parsed;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}

function stampOf(file: string): string {
  const { mtimeMs, size, ino, ctimeMs } = statSync(file);
  return [mtimeMs, ctimeMs, size, ino].join();
}
