/** Points by how a term is found; what is found scattered gets less the wider it is spread. */
const WHOLE = 100;
const AT_START = 80;
const AT_WORD = 60;
const INSIDE = 40;
const SCATTERED = 20;
/** Among equals the shorter text is the closer one. */
const PER_CHAR = 0.05;

/** The words of what was typed, in lower case. */
export function termsOf(typed: string): string[] {
  return typed.toLowerCase().split(/\s+/).filter(Boolean);
}

/**
 * How well a text, in lower case, answers a term: the whole of it, its start, the start of a word,
 * anywhere, or letter by letter in order. Null where it does not.
 */
export function scoreTerm(term: string, text: string): number | null {
  const base = scoreOf(term, text);
  return base === null ? null : base - Math.min(text.length, 200) * PER_CHAR;
}

function scoreOf(term: string, text: string): number | null {
  let at = text.indexOf(term);
  if (at === -1) return scatteredScore(term, text);
  if (at === 0) return text.length === term.length ? WHOLE : AT_START;
  for (; at !== -1; at = text.indexOf(term, at + 1)) {
    if (!isWordChar(text.charCodeAt(at - 1))) return AT_WORD;
  }
  return INSIDE;
}

/** The letters in order, as close together as going back from where they end finds them. */
function scatteredScore(term: string, text: string): number | null {
  let end = 0;
  for (let at = 0; at < term.length; at += 1) {
    end = text.indexOf(term.charAt(at), end) + 1;
    if (end === 0) return null;
  }
  let start = end;
  for (let at = term.length - 1; at >= 0; at -= 1) {
    start = text.lastIndexOf(term.charAt(at), start - 1);
  }
  return (SCATTERED * term.length) / (end - start);
}

/** Letters and digits, and everything beyond ASCII. */
function isWordChar(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code > 127;
}
