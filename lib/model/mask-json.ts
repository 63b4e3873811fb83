import { REDACTION_DEPTH_MAX, type Redaction } from './redaction';

/** What stands in place of a masked value: the same for any, so that it tells no length. */
export const MASK = '•••• masked';
const MASK_JSON = JSON.stringify(MASK);

/**
 * Masks the values of covered names in JSON text, and in JSON that stands in its strings. What is not
 * covered stays character for character; the same string comes back where nothing is. One pass without
 * recursion over nesting, and forgiving: text that only begins like JSON (Python's NaN, a cut end) is
 * masked as far as names in double quotes and a colon can be told in it.
 */
export function maskText(text: string, path: string, redaction: Redaction, depth = 0): string {
  return looksLikeJson(text) ? new JsonMask(text, path, redaction, depth).run() : text;
}

class JsonMask {
  readonly #out: string[] = [];
  #copied = 0;
  #at = 0;
  /** Paths around the container that is open. */
  readonly #around: string[] = [];
  #path: string;
  /** The path of the value that is to come, behind its name. */
  #next: string | null = null;

  constructor(
    private readonly text: string,
    path: string,
    private readonly redaction: Redaction,
    private readonly depth: number,
  ) {
    this.#path = path;
  }

  run(): string {
    const { text } = this;
    while (this.#at < text.length) {
      const char = text.charCodeAt(this.#at);
      if (char === QUOTE) this.#string();
      else if (char === OPEN_BRACE || char === OPEN_BRACKET) this.#open();
      else {
        if (char === CLOSE_BRACE || char === CLOSE_BRACKET) {
          this.#path = this.#around.pop() ?? this.#path;
          this.#next = null;
        } else if (char === COMMA) this.#next = null;
        this.#at++;
      }
    }
    if (this.#copied === 0) return text;
    this.#out.push(text.slice(this.#copied));
    return this.#out.join('');
  }

  #open(): void {
    if (this.#around.length + this.depth >= REDACTION_DEPTH_MAX) {
      this.#replace(this.#at, valueEnd(this.text, this.#at), MASK_JSON);
      return;
    }
    this.#around.push(this.#path);
    this.#path = this.#next ?? this.#path;
    this.#next = null;
    this.#at++;
  }

  #string(): void {
    const { text } = this;
    const start = this.#at;
    const end = stringEnd(text, start);
    const colon = skipSpace(text, end);
    if (text.charCodeAt(colon) === COLON) {
      this.#next = this.redaction.child(this.#path, literalText(text.slice(start, end)));
      this.#at = colon + 1;
      if (this.#next !== null) return;
      const value = skipSpace(text, colon + 1);
      this.#replace(value, valueEnd(text, value), MASK_JSON);
      return;
    }
    if (holdsJson(text, start + 1)) this.#within(start, end);
    this.#at = end;
    this.#next = null;
  }

  /** A string that may itself be JSON, written once more. */
  #within(start: number, end: number): void {
    const inner = literalText(this.text.slice(start, end));
    const masked =
      this.depth + this.#around.length >= REDACTION_DEPTH_MAX
        ? MASK
        : maskText(
            inner,
            this.#next ?? this.#path,
            this.redaction,
            this.depth + this.#around.length + 1,
          );
    if (masked !== inner) this.#replace(start, end, JSON.stringify(masked));
  }

  #replace(start: number, end: number, by: string): void {
    this.#at = end;
    this.#next = null;
    if (end === start) return;
    this.#out.push(this.text.slice(this.#copied, start), by);
    this.#copied = end;
  }
}

/** Behind the closing quote, or the end of the text. */
function stringEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length) {
    const char = text.charCodeAt(at);
    if (char === QUOTE) return at + 1;
    at += char === BACKSLASH ? 2 : 1;
  }
  return text.length;
}

/** Where a value ends; past what is no JSON, to where the next member could begin. */
function valueEnd(text: string, start: number): number {
  let at = start;
  let open = 0;
  while (at < text.length) {
    const char = text.charCodeAt(at);
    if (char === QUOTE) {
      at = stringEnd(text, at);
      continue;
    }
    if (char === OPEN_BRACE || char === OPEN_BRACKET) open++;
    else if (char === CLOSE_BRACE || char === CLOSE_BRACKET) {
      if (open === 0) break;
      open--;
    } else if (char === COMMA && open === 0) break;
    at++;
  }
  while (at > start && isSpace(text.charCodeAt(at - 1))) at--;
  return at;
}

/** Whether JSON may stand there: an object or an array, or a string that may hold one. */
function looksLikeJson(text: string): boolean {
  return isOpener(text.charCodeAt(skipSpace(text, 0)));
}

/** The same for what the JSON string says whose body begins at `from`, whichever way it is escaped. */
function holdsJson(text: string, from: number): boolean {
  for (let at = from; at < text.length; ) {
    let char = text.charCodeAt(at);
    if (char === QUOTE) return false;
    if (char === BACKSLASH) {
      const [whole = '', hex, short = ''] = matchAt(ESCAPE, text, at) ?? [];
      char = unescaped(hex, short).charCodeAt(0);
      at += whole.length;
    } else at++;
    if (isOpener(char)) return true;
    if (!isSpace(char)) return false;
  }
  return false;
}

/** What a JSON string says; one that is none (a cut end, control characters) as far as it can be told. */
function literalText(literal: string): string {
  try {
    const value: unknown = JSON.parse(literal);
    if (typeof value === 'string') return value;
  } catch {
    // As parsers do that take it all the same.
  }
  const body = literal.slice(1, literal.endsWith('"') && literal.length > 1 ? -1 : undefined);
  return body.replace(ESCAPES, (_, hex?: string, short?: string) => unescaped(hex, short));
}

function unescaped(hex: string | undefined, short = ''): string {
  if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
  return SHORT_ESCAPES.get(short) ?? short;
}

/** One escape of a JSON string, also one that there is not, or that is cut off. */
const ESCAPE = /\\(?:u([\da-f]{4})|([\s\S]?))/iy;
const ESCAPES = new RegExp(ESCAPE.source, 'gi');
const SHORT_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (isSpace(text.charCodeAt(at))) at++;
  return at;
}

/** What any parser may take for space: JSON's own, control characters, and what Unicode shows as none. */
function isSpace(char: number): boolean {
  if (char <= 0x20) return true;
  return char >= 0x7f && WIDE_SPACE.test(String.fromCharCode(char));
}

const WIDE_SPACE = /[\x7f-\xa0\u180e\u200b-\u200f\u2060\ufeff\s]/;

function isOpener(char: number): boolean {
  return char === QUOTE || char === OPEN_BRACKET || char === OPEN_BRACE;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
