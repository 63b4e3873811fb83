import {
  type Clause,
  type Filter,
  type FilterTest,
  FOREIGN_WORDS,
  type Literal,
  NUMBER_FORM,
  type Pattern,
  type Subject,
} from './filter';

/** A filter as text that parses into the same tree. */
export function printFilter(filter: Filter): string {
  return filter.map(printClause).join(' ');
}

/**
 * The one text for all filters that differ in order, repetition and the case of searched text only:
 * whoever has the same may share what was matched.
 */
export function canonicalFilter(filter: Filter): string {
  return sortedOnce(
    filter.map(({ negated, test }) => (negated ? '-' : '') + printTest(test, sortedOnce)),
  ).join(' ');
}

function printClause({ negated, test }: Clause): string {
  return (negated ? '-' : '') + printTest(test, (values) => values);
}

function printTest(test: FilterTest, order: (values: string[]) => string[]): string {
  if (test.kind === 'text') {
    const any = order === sortedOnce ? test.any.map((text) => text.toLowerCase()) : test.any;
    return order(any.map(printText)).join(',');
  }
  const subject = printSubject(test.subject);
  return test.kind === 'pattern'
    ? `${subject}:${order(test.any.map(printPattern)).join(',')}`
    : subject + test.operator + order(test.any.map(printLiteral)).join(',');
}

function sortedOnce(values: string[]): string[] {
  return [...new Set(values)].sort();
}

/** Text as a term of its own: bare only where nothing in it has a meaning. */
export function printText(text: string): string {
  const isPlain = /^[^\s,"():=<>-][^\s,"():=<>]*$/.test(text) && !FOREIGN_WORDS.has(text);
  return isPlain && !hasLoneSurrogate(text) ? text : quote(text);
}

function printSubject(subject: Subject): string {
  if (typeof subject === 'string') return subject;
  const [first = ''] = subject;
  // Bare they would mean the event's type and its job.
  if (subject.length === 1 && (first === 'type' || first === 'job')) return quote(first);
  return subject.map(printName).join('.');
}

function printName(name: string): string {
  const isPlain = /^[^\s,"():=<>.!-][^\s,"():=<>.!]*$/.test(name);
  return isPlain && !hasLoneSurrogate(name) ? name : quote(name);
}

function printPattern(parts: Pattern): string {
  const text = parts.map((part) => (part === '' ? '' : printPart(part))).join('*');
  return text === '' ? '""' : text;
}

function printPart(part: string): string {
  const isPlain = /^[^\s,"()*:=<>][^\s,"()*]*$/.test(part);
  return isPlain && !hasLoneSurrogate(part) ? part : quote(part);
}

function printLiteral(literal: Literal): string {
  if (typeof literal === 'number') return String(literal);
  const isPlain = /^[^\s,"():=<>][^\s,"()]*$/.test(literal) && !NUMBER_FORM.test(literal);
  return isPlain && !hasLoneSurrogate(literal) ? literal : quote(literal);
}

/** A URL would replace half a surrogate pair: it is written as an escape. */
function hasLoneSurrogate(text: string): boolean {
  return LONE_SURROGATE.test(text);
}

const LONE_SURROGATE = /\p{Cs}/u;
const ESCAPED = /["\\\p{Cc}\p{Cs}]/gu;

function quote(text: string): string {
  return `"${text.replace(ESCAPED, (char) => SHORT[char] ?? unicodeEscape(char))}"`;
}

const SHORT: Record<string, string> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

function unicodeEscape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
