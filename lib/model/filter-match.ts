import { FEED_ENTRY, type FeedMessage } from './feed-message';
import { type Clause, type Filter, type FilterTest, type Literal, NUMBER_FORM } from './filter';
import { type EntryFacts, factsOf } from './filter-facts';
import { findText, globMatcher } from './filter-glob';

export type MessageMatcher = (message: FeedMessage) => boolean;

/** A test for messages; null where everything passes. Types are asked first: they need no parsing. */
export function filterMatcher(filter: Filter): MessageMatcher | null {
  if (filter.length === 0) return null;
  const typeTests = filter.flatMap((clause) => typeTest(clause) ?? []);
  const others = filter.filter((clause) => typeTest(clause) === null).map(clauseTest);
  return (message) => {
    for (const matches of typeTests) if (!matches(message)) return false;
    if (others.length === 0) return true;
    const facts = factsOf(message);
    for (const matches of others) if (!matches(facts)) return false;
    return true;
  };
}

/** What of a clause can be told by the event name alone; null for any other. */
function typeTest({ negated, test }: Clause): MessageMatcher | null {
  if (test.kind !== 'pattern' || test.subject !== 'type') return null;
  const globs = test.any.map((pattern) => globMatcher(pattern));
  return ({ event }) =>
    (event !== FEED_ENTRY && globs.some((matches) => matches(event))) !== negated;
}

type FactsTest = (facts: EntryFacts) => boolean;

function clauseTest({ negated, test }: Clause): FactsTest {
  const matches = factsTest(test);
  return (facts) => matches(facts) !== negated;
}

function factsTest(test: FilterTest): FactsTest {
  if (test.kind === 'text') {
    const words = test.any.map((text) => text.toLowerCase());
    return ({ text }) => words.some((word) => findText(text, word) >= 0);
  }
  const { subject } = test;
  const matches = test.kind === 'pattern' ? patternTest(test) : comparison(test);
  return (facts) => {
    const value = facts.read(subject);
    if (value === undefined) return false;
    return Array.isArray(value) ? matchesList(value, matches, test) : matches(value);
  };
}

type ValueTest = (value: unknown) => boolean;

/** A list passes where one of its items does; to differ, all of them must. */
function matchesList(items: unknown[], matches: ValueTest, test: FilterTest): boolean {
  const mustAll = test.kind === 'compare' && test.operator === '!=';
  if (test.kind === 'pattern' && matches(items)) return true;
  return mustAll ? items.every(matches) : items.some(matches);
}

/** `*` alone is true of whatever is there. */
function patternTest({ any }: FilterTest & { kind: 'pattern' }): ValueTest {
  const isThere = any.some((parts) => parts.length > 1 && parts.every((part) => part === ''));
  const globs = any.map((pattern) => globMatcher(pattern));
  return (value) => {
    if (isThere) return true;
    const text = textOf(value);
    return text !== null && globs.some((matches) => matches(text));
  };
}

function comparison({ operator, any }: FilterTest & { kind: 'compare' }): ValueTest {
  const equals: ValueTest = (value) => any.some((literal) => order(value, literal) === 0);
  if (operator === '=') return equals;
  if (operator === '!=') return (value) => !equals(value);
  const [literal = ''] = any;
  return (value) => {
    const sign = order(value, literal);
    if (sign === null) return false;
    if (sign === 0) return operator === '<=' || operator === '>=';
    return sign < 0 === operator.startsWith('<');
  };
}

/** Negative, zero or positive as the value lies to the literal; null where they do not compare. */
function order(value: unknown, literal: Literal): number | null {
  if (typeof literal === 'number') {
    const number = numberOf(value);
    return number === null ? null : number - literal;
  }
  const text = textOf(value);
  if (text === null) return null;
  return text === literal ? 0 : text < literal ? -1 : 1;
}

/** Longest text that is read as a number. */
const NUMBER_CHARS_MAX = 64;

/** A number, or text that is one: the fields of Redis are all text. */
function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.length > NUMBER_CHARS_MAX) return null;
  if (!NUMBER_FORM.test(value)) return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  const isScalar = value === null || typeof value === 'number' || typeof value === 'boolean';
  return isScalar ? String(value) : null;
}
