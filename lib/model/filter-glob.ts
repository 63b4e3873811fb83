import type { Pattern } from './filter';

/** Text as it is searched; a string is one. */
export interface Characters {
  readonly length: number;
  charCodeAt(at: number): number;
}

/** Up to this product of two lengths the engine's own search is quick, however hostile both are. */
const NATIVE_STEPS_MAX = 65_536;

/**
 * Where `needle` stands in the text from `from` on, or -1. The engine's search may take the product
 * of both lengths; where that would be much, one that takes their sum does it.
 */
export function findText(text: string, needle: string, from = 0): number {
  return text.length * needle.length <= NATIVE_STEPS_MAX
    ? text.indexOf(needle, from)
    : findLinear(text, needle, from);
}

/** Knuth, Morris and Pratt's search: looks at each character twice at most. */
export function findLinear(text: Characters, needle: string, from: number): number {
  const { length } = needle;
  if (length === 0) return from <= text.length ? from : -1;
  const fallback = fallbacks(needle);
  let matched = 0;
  for (let at = from; at < text.length; at++) {
    const char = text.charCodeAt(at);
    while (matched > 0 && char !== needle.charCodeAt(matched)) {
      matched = fallback[matched - 1] ?? 0;
    }
    if (char === needle.charCodeAt(matched)) matched++;
    if (matched === length) return at - length + 1;
  }
  return -1;
}

/** For each prefix the longest shorter one that it ends with. */
function fallbacks(needle: string): Uint32Array {
  const table = new Uint32Array(needle.length);
  let matched = 0;
  for (let at = 1; at < needle.length; at++) {
    while (matched > 0 && needle.charCodeAt(at) !== needle.charCodeAt(matched)) {
      matched = table[matched - 1] ?? 0;
    }
    if (needle.charCodeAt(at) === needle.charCodeAt(matched)) matched++;
    table[at] = matched;
  }
  return table;
}

/**
 * A test for a pattern. Its parts are sought one behind the other and never again: linear in text
 * and pattern, and no regular expression.
 */
export function globMatcher(
  parts: Pattern,
  find: (text: string, needle: string, from: number) => number = findText,
): (text: string) => boolean {
  const [first = ''] = parts;
  if (parts.length === 1) return (text) => text === first;
  const last = parts.at(-1) ?? '';
  const middle = parts.slice(1, -1);
  return (text) => {
    if (text.length < first.length + last.length || !text.startsWith(first)) return false;
    let at = first.length;
    for (const part of middle) {
      const found = find(text, part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return text.length - last.length >= at && text.endsWith(last);
  };
}
