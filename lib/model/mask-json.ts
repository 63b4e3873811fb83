import { REDACTION_DEPTH_MAX, type Redaction } from './redaction';

/** What stands in place of a masked value: the same for any, so that it tells no length. */
export const MASK = '•••• masked';
const MASK_JSON = JSON.stringify(MASK);

/** JSON objects and arrays, and JSON strings that may hold some, after white space and a BOM. */
const LOOKS_LIKE_JSON = /^[\s\ufeff]*[[{"]/;
/** A JSON string whose text begins so too. */
const HOLDS_JSON = /"(?:[ \t]|\\[ntr])*(?:[[{]|\\"|\\u00(?:5[bB]|7[bB]|22))/y;

/**
 * Masks the values of covered names in JSON text, and in JSON that stands in its strings. What is not
 * covered stays character for character; the same string comes back where nothing is. One pass without
 * recursion over nesting, and forgiving: text that only begins like JSON (Python's NaN, a cut end) is
 * masked as far as names in double quotes and a colon can be told in it.
 */
export function maskText(text: string, path: string, redaction: Redaction, depth = 0): string {
  return LOOKS_LIKE_JSON.test(text) ? new JsonMask(text, path, redaction, depth).run() : text;
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
    HOLDS_JSON.lastIndex = start;
    if (HOLDS_JSON.test(text)) this.#within(start, end);
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

/** What a JSON string says; one that is none is taken as it is written. */
function literalText(literal: string): string {
  try {
    const value: unknown = JSON.parse(literal);
    if (typeof value === 'string') return value;
  } catch {
    // A cut end, or control characters.
  }
  return literal.slice(1, literal.endsWith('"') && literal.length > 1 ? -1 : undefined);
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (isSpace(text.charCodeAt(at))) at++;
  return at;
}

function isSpace(char: number): boolean {
  return char === 0x20 || (char >= 0x09 && char <= 0x0d);
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
