/**
 * The filter language as a tree; docs/filter.md has its grammar and meaning. It is data: parsed,
 * printed and matched, never run as code.
 */

/** Which entries: every clause must hold. None means everything. */
export type Filter = readonly Clause[];

export interface Clause {
  negated: boolean;
  test: FilterTest;
}

/** `any`: one of these is enough; there is always one at least. */
export type FilterTest =
  /** Text that stands somewhere in the entry; case does not count. */
  | { kind: 'text'; any: readonly string[] }
  /** `subject:pattern` */
  | { kind: 'pattern'; subject: Subject; any: readonly Pattern[] }
  /** `subject>value` */
  | { kind: 'compare'; subject: Subject; operator: Operator; any: readonly Literal[] };

/** The event's type, the job it belongs to, or a field and a way into its value. */
export type Subject = 'type' | 'job' | Path;

/** A field's name, then names of members and indexes of items in its JSON or MessagePack. */
export type Path = readonly string[];

/** The text between the stars: `['']` is empty text, `['', '']` is `*`. Only the ends may be empty. */
export type Pattern = readonly string[];

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** A number is compared as one, all else as text. */
export type Literal = number | string;

/** A wrong place in a filter's text, from `start` up to `end` in UTF-16 units. */
export interface FilterError {
  start: number;
  end: number;
  message: string;
}

/** Longest text, most values (each after a comma counts), deepest path. */
export const FILTER_CHARS_MAX = 1_000;
export const FILTER_VALUES_MAX = 50;
export const FILTER_PATH_MAX = 10;

/** What is bare as a number is one: JSON's form. */
export const NUMBER_FORM = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Words of other languages: refused bare, for they would be searched as text. */
export const FOREIGN_WORDS: ReadonlySet<string> = new Set(['AND', 'OR', 'NOT']);

/** Text that must be there, in lower case: what to mark among the rows that match. */
export function textsOf(filter: Filter): string[] {
  return filter.flatMap(({ negated, test }) =>
    negated || test.kind !== 'text' ? [] : test.any.map((text) => text.toLowerCase()),
  );
}
