/**
 * Makes what cannot be seen visible: control characters, line ends, zero-width and
 * bidirectional characters can hide text or make it read as something else, and so can spaces.
 */

export interface HiddenCharacter {
  /** `\\n`, `U+202E`, `␣`: drawn in its place. */
  symbol: string;
  name: string;
  /** A tab, line end or space: ordinary, only not on one line. */
  isSpace: boolean;
}

export interface TextSegment {
  text: string;
  /** Null for ordinary text; else what stands here and would not be seen. */
  hidden: HiddenCharacter | null;
}

/** What the place of a text draws as it is: no space twice, each space, or line ends and tabs too. */
export type Kept = 'nothing' | 'spaces' | 'lines';

/** Format characters that join a single emoji are part of what is seen. */
const HIDDEN = /(?!\u200d\p{Extended_Pictographic})[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
/** Of letters that run from left to right, and signs. */
const PLAIN = /^[\u0020-\u007e\u00a1-\u00ac\u00ae-\u024f\u2026]*$/;
/** Spaces that would be drawn as fewer, as none, or as the usual one. */
const LOST_SPACES = /^ +| {2,}| $|(?! )\p{Zs}/u;
const HIDDEN_OR_LOST = new RegExp(`${HIDDEN.source}|${LOST_SPACES.source}`, 'u');

/** Whether every character of a text is seen, in its order, wherever the text is drawn. */
export function isPlainText(text: string): boolean {
  return PLAIN.test(text) && !LOST_SPACES.test(text);
}

/**
 * Cuts text into ordinary and hidden segments. What its place keeps is ordinary; a name, whose place
 * keeps nothing, is told apart from every other.
 */
export function visibleSegments(text: string, kept: Kept = 'nothing'): TextSegment[] {
  const hidden = kept === 'nothing' ? HIDDEN_OR_LOST : HIDDEN;
  if (!hidden.test(text)) return [{ text, hidden: null }];
  const segments: TextSegment[] = [];
  let plainFrom = 0;
  for (const match of text.matchAll(new RegExp(hidden, 'gu'))) {
    const [found] = match;
    if (kept === 'lines' && (found === '\n' || found === '\t')) continue;
    if (match.index > plainFrom) {
      segments.push({ text: text.slice(plainFrom, match.index), hidden: null });
    }
    segments.push({
      text: found,
      hidden: found.startsWith(' ') ? spaces(found) : character(found),
    });
    plainFrom = match.index + found.length;
  }
  if (plainFrom < text.length) segments.push({ text: text.slice(plainFrom), hidden: null });
  return segments;
}

/** The text on one line with nothing hidden in it, for names where only text can stand. */
export function visibleText(text: string): string {
  return visibleSegments(text)
    .map((segment) => segment.hidden?.symbol ?? segment.text)
    .join('');
}

const ESCAPES: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function spaces({ length }: string): HiddenCharacter {
  const name = length === 1 ? 'space' : `${length} spaces`;
  return { symbol: '␣'.repeat(length), name, isSpace: true };
}

function character(char: string): HiddenCharacter {
  const space = ESCAPES[char];
  const symbol = space ?? codePointName(char.codePointAt(0) ?? 0);
  return { symbol, name: nameOf(char), isSpace: space !== undefined };
}

function nameOf(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  const name = NAMES[code];
  return name ? `${codePointName(code)} ${name}` : codePointName(code);
}

function codePointName(code: number): string {
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

const NAMES: Record<number, string> = {
  0: 'null',
  7: 'bell',
  8: 'backspace',
  9: 'tab',
  10: 'line feed',
  13: 'carriage return',
  27: 'escape',
  127: 'delete',
  160: 'no-break space',
  173: 'soft hyphen',
  1564: 'Arabic letter mark',
  8195: 'em space',
  8203: 'zero width space',
  8204: 'zero width non-joiner',
  8205: 'zero width joiner',
  8206: 'left-to-right mark',
  8207: 'right-to-left mark',
  8232: 'line separator',
  8233: 'paragraph separator',
  8234: 'left-to-right embedding',
  8235: 'right-to-left embedding',
  8236: 'pop directional formatting',
  8237: 'left-to-right override',
  8238: 'right-to-left override',
  8239: 'narrow no-break space',
  8288: 'word joiner',
  8294: 'left-to-right isolate',
  8295: 'right-to-left isolate',
  8296: 'first strong isolate',
  8297: 'pop directional isolate',
  12288: 'ideographic space',
  65279: 'byte order mark',
};
