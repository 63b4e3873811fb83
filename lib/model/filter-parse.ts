import {
  type Clause,
  FILTER_CHARS_MAX,
  FILTER_PATH_MAX,
  FILTER_VALUES_MAX,
  type Filter,
  type FilterError,
  type FilterTest,
  FOREIGN_WORDS,
  type Literal,
  NUMBER_FORM,
  type Operator,
  type Pattern,
  type Subject,
} from './filter';

export type ParsedFilter = { filter: Filter; error: null } | { filter: null; error: FilterError };

/** Reads a filter. Total: what is no filter gives an error with its place. */
export function parseFilter(text: string): ParsedFilter {
  try {
    return { filter: new FilterParser(text).filter(), error: null };
  } catch (error) {
    if (error instanceof SyntaxFault) return { filter: null, error: error.fault };
    throw error;
  }
}

class SyntaxFault extends Error {
  constructor(readonly fault: FilterError) {
    super(fault.message);
  }
}

/** A run of bare and quoted pieces without a space between them. */
interface Word {
  start: number;
  end: number;
  pieces: { text: string; quoted: boolean }[];
}

const SPACE = /\s/;
const OPERATORS: readonly (Operator | ':')[] = ['!=', '<=', '>=', '<', '>', '=', ':'];
const ESCAPES: Record<string, string> = { '"': '"', '\\': '\\', n: '\n', r: '\r', t: '\t' };
const UNICODE_DIGITS = /^[0-9a-fA-F]{4}$/;

/** Recursive descent, one function a rule of the grammar in docs/filter.md. */
class FilterParser {
  readonly #text: string;
  #at = 0;
  #values = 0;

  constructor(text: string) {
    this.#text = text;
  }

  filter(): Filter {
    if (this.#text.length > FILTER_CHARS_MAX) {
      this.#fail(
        FILTER_CHARS_MAX,
        this.#text.length,
        `A filter has ${FILTER_CHARS_MAX} characters at most.`,
      );
    }
    const clauses: Clause[] = [];
    this.#skipSpace();
    while (this.#at < this.#text.length) {
      clauses.push(this.#clause());
      this.#skipSpace();
    }
    return clauses;
  }

  #clause(): Clause {
    const negated = this.#text.charAt(this.#at) === '-';
    if (negated) this.#at++;
    const word = this.#word('subject');
    const operatorStart = this.#at;
    const operator = this.#operator();
    if (operator === null) return { negated, test: this.#textTest(word) };
    const subject = this.#subject(word);
    if (/[:=<>]/.test(this.#text.charAt(this.#at))) {
      this.#fail(
        operatorStart,
        this.#at + 1,
        'One of : = != < <= > >= stands here; put text in quotes.',
      );
    }
    return { negated, test: this.#test(subject, operator) };
  }

  #textTest(first: Word): FilterTest {
    const any = [this.#searched(first)];
    while (this.#comma()) {
      const word = this.#word('subject');
      const start = this.#at;
      if (this.#operator() !== null) {
        this.#fail(start, this.#at, 'After a comma stands a value; put text in quotes.');
      }
      any.push(this.#searched(word));
    }
    return { kind: 'text', any };
  }

  #test(subject: Subject, operator: Operator | ':'): FilterTest {
    const words = [this.#word('value')];
    while (this.#comma()) words.push(this.#word('value'));
    for (const word of words) this.#count(word);
    if (operator === ':') return { kind: 'pattern', subject, any: words.map(patternOf) };
    const second = words[1];
    if (second && operator !== '=' && operator !== '!=') {
      this.#fail(second.start, second.end, `${operator} takes one value.`);
    }
    return {
      kind: 'compare',
      subject,
      operator,
      any: words.map((word) => this.#literal(word)),
    };
  }

  /** Text that is looked for: never empty, for that stands everywhere. */
  #searched(word: Word): string {
    this.#count(word);
    const text = textOf(word);
    if (text === '') this.#fail(word.start, word.end, 'Empty text stands in every entry.');
    if (isBare(word) && FOREIGN_WORDS.has(text)) {
      const instead = {
        AND: 'A space means “and”',
        OR: 'A comma between values means “or”',
        NOT: 'A - in front means “not”',
      }[text];
      this.#fail(word.start, word.end, `${instead}; to search this word, put it in quotes.`);
    }
    return text;
  }

  #literal(word: Word): Literal {
    const text = textOf(word);
    if (!isBare(word) || !NUMBER_FORM.test(text)) return text;
    const number = Number(text);
    if (!Number.isFinite(number)) this.#fail(word.start, word.end, 'This number is too large.');
    // Adding 0 makes 0 of -0, which would print as another.
    return number + 0;
  }

  #subject(word: Word): Subject {
    const name = textOf(word);
    if (isBare(word) && (name === 'type' || name === 'job')) return name;
    const steps: { name: string; given: boolean }[] = [];
    for (const { text, quoted } of word.pieces) {
      for (const [at, part] of (quoted ? [text] : text.split('.')).entries()) {
        const step = at === 0 ? steps.at(-1) : undefined;
        // An empty name is one only in quotes.
        const given = quoted || part !== '';
        if (step) Object.assign(step, { name: step.name + part, given: step.given || given });
        else steps.push({ name: part, given });
      }
    }
    if (!steps.every(({ given }) => given)) {
      this.#fail(word.start, word.end, 'A name is missing beside a dot.');
    }
    const path = steps.map((step) => step.name);
    if (path.length > FILTER_PATH_MAX) {
      this.#fail(word.start, word.end, `A path has ${FILTER_PATH_MAX} names at most.`);
    }
    return path;
  }

  #count(word: Word): void {
    this.#values++;
    if (this.#values > FILTER_VALUES_MAX) {
      this.#fail(word.start, word.end, `A filter has ${FILTER_VALUES_MAX} values at most.`);
    }
  }

  /** As a subject a word ends at an operator; as a value it may hold one, as times do. */
  #word(as: 'subject' | 'value'): Word {
    const start = this.#at;
    const pieces: Word['pieces'] = [];
    for (;;) {
      const char = this.#text.charAt(this.#at);
      if (char === '"') pieces.push({ text: this.#quoted(), quoted: true });
      else if (this.#endsWord(char, as)) break;
      else pieces.push({ text: this.#bare(as), quoted: false });
    }
    if (pieces.length === 0) this.#failMissing();
    return { start, end: this.#at, pieces };
  }

  #endsWord(char: string, as: 'subject' | 'value'): boolean {
    if (char === '' || char === ',' || SPACE.test(char)) return true;
    return as === 'subject' && this.#operatorHere() !== undefined;
  }

  #bare(as: 'subject' | 'value'): string {
    const start = this.#at;
    for (;;) {
      const char = this.#text.charAt(this.#at);
      if (char === '"' || this.#endsWord(char, as)) break;
      if (char === '(' || char === ')') {
        this.#fail(
          this.#at,
          this.#at + 1,
          'Parentheses have no meaning here; put them in quotes as text.',
        );
      }
      this.#at++;
    }
    return this.#text.slice(start, this.#at);
  }

  #quoted(): string {
    const start = this.#at++;
    let text = '';
    for (;;) {
      const char = this.#text.charAt(this.#at);
      if (char === '') this.#fail(start, this.#text.length, 'The closing quote is missing.');
      this.#at++;
      if (char === '"') return text;
      text += char === '\\' ? this.#escape() : char;
    }
  }

  /** What a backslash and what follows it stand for. */
  #escape(): string {
    const start = this.#at - 1;
    const char = this.#text.charAt(this.#at++);
    const digits = this.#text.slice(this.#at, this.#at + 4);
    if (char === 'u' && UNICODE_DIGITS.test(digits)) {
      this.#at += digits.length;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const meant = Object.hasOwn(ESCAPES, char) ? ESCAPES[char] : undefined;
    if (meant !== undefined) return meant;
    const end = Math.min(this.#at, this.#text.length);
    this.#fail(start, end, 'After a backslash stands one of " \\ n r t, or u and four hex digits.');
  }

  #operatorHere(): Operator | ':' | undefined {
    return OPERATORS.find((operator) => this.#text.startsWith(operator, this.#at));
  }

  #operator(): Operator | ':' | null {
    const operator = this.#operatorHere();
    this.#at += operator?.length ?? 0;
    return operator ?? null;
  }

  /** Steps over a comma and the spaces beside it. */
  #comma(): boolean {
    const start = this.#at;
    this.#skipSpace();
    if (this.#text.charAt(this.#at) !== ',') {
      this.#at = start;
      return false;
    }
    this.#at++;
    this.#skipSpace();
    return true;
  }

  #skipSpace(): void {
    while (this.#at < this.#text.length && SPACE.test(this.#text.charAt(this.#at))) this.#at++;
  }

  /** Points at what stands where a value is due, or at what came last where the text ends. */
  #failMissing(): never {
    const { length } = this.#text;
    const start = this.#at < length ? this.#at : Math.max(0, this.#text.trimEnd().length - 1);
    const found = this.#text.charAt(this.#at);
    const where = found === '' || SPACE.test(found) ? 'here' : `before ${found}`;
    this.#fail(start, Math.min(start + 1, length), `A value is missing ${where}.`);
  }

  #fail(start: number, end: number, message: string): never {
    throw new SyntaxFault({ start, end, message });
  }
}

function textOf(word: Word): string {
  return word.pieces.map(({ text }) => text).join('');
}

function isBare(word: Word): boolean {
  return word.pieces.every(({ quoted }) => !quoted);
}

/** Bare stars are wild, quoted ones are text; two in a row are one. */
function patternOf(word: Word): Pattern {
  const parts = [''];
  for (const { text, quoted } of word.pieces) {
    const [first = '', ...more] = quoted ? [text] : text.split('*');
    parts.push((parts.pop() ?? '') + first, ...more);
  }
  return parts.filter((part, at) => part !== '' || at === 0 || at === parts.length - 1);
}
