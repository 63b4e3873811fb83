/**
 * Makes what cannot be seen visible: control characters, line ends, zero-width and
 * bidirectional characters can hide text or make it read as something else.
 */

export interface HiddenCharacter {
  /** `\\n`, `U+202E`: drawn in its place. */
  symbol: string;
  name: string;
  /** A tab or line end: ordinary, only not on one line. */
  isSpace: boolean;
}

export interface TextSegment {
  text: string;
  /** Null for ordinary text; else what stands here and would not be seen. */
  hidden: HiddenCharacter | null;
}

/** Format characters that join a single emoji are part of what is seen. */
const HIDDEN = /(?!\u200d\p{Extended_Pictographic})[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/** Whether text is of characters that are all seen and all run from left to right. */
export function isPlainText(text: string): boolean {
  return /^[\u0020-\u007e\u00a1-\u00ac\u00ae-\u024f\u2026]*$/.test(text);
}

/**
 * Cuts text into ordinary and hidden segments. With `lines`, tabs and line ends are left as
 * they are, for a place that shows them as such.
 */
export function visibleSegments(text: string, lines = false): TextSegment[] {
  if (!HIDDEN.test(text)) return [{ text, hidden: null }];
  const segments: TextSegment[] = [];
  let plainFrom = 0;
  for (const match of text.matchAll(new RegExp(HIDDEN, 'gu'))) {
    const char = match[0];
    if (lines && (char === '\n' || char === '\t')) continue;
    if (match.index > plainFrom) {
      segments.push({ text: text.slice(plainFrom, match.index), hidden: null });
    }
    segments.push({ text: char, hidden: hiddenCharacter(char) });
    plainFrom = match.index + char.length;
  }
  if (plainFrom < text.length) segments.push({ text: text.slice(plainFrom), hidden: null });
  return segments;
}

/** The text on one line with nothing hidden in it, for titles and accessible names. */
export function visibleText(text: string): string {
  return visibleSegments(text)
    .map((segment) => segment.hidden?.symbol ?? segment.text)
    .join('');
}

const SPACES: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function hiddenCharacter(char: string): HiddenCharacter {
  const space = SPACES[char];
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
  173: 'soft hyphen',
  1564: 'Arabic letter mark',
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
  8288: 'word joiner',
  8294: 'left-to-right isolate',
  8295: 'right-to-left isolate',
  8296: 'first strong isolate',
  8297: 'pop directional isolate',
  65279: 'byte order mark',
};
