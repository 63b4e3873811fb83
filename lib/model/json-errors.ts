import { type JSONVisitor, type ParseOptions, printParseErrorCode, visit } from 'jsonc-parser';

/** One mistake in a JSON text: where it stands, and what is wrong in words. */
export interface JsonError {
  /** UTF-16 offset into the text, and how far it reaches. */
  offset: number;
  length: number;
  /** Both from 1. */
  line: number;
  column: number;
  message: string;
}

const STRICT: ParseOptions = { disallowComments: true, allowTrailingComma: false };

const WORDS: Record<string, string> = {
  InvalidSymbol: 'Not a JSON value: text needs double quotes',
  InvalidNumberFormat: 'Not a JSON number',
  PropertyNameExpected: 'A property name in double quotes is expected',
  ValueExpected: 'A value is expected',
  ColonExpected: 'A colon is expected after the property name',
  CommaExpected: 'A comma is expected',
  CloseBraceExpected: 'A closing brace } is missing',
  CloseBracketExpected: 'A closing bracket ] is missing',
  EndOfFileExpected: 'Nothing may follow the closing brace',
  InvalidCommentToken: 'JSON has no comments',
  UnexpectedEndOfComment: 'JSON has no comments',
  UnexpectedEndOfString: 'The closing quote of this text is missing',
  UnexpectedEndOfNumber: 'This number is not finished',
  InvalidUnicode: 'Not a \\u escape of four hex digits',
  InvalidEscapeCharacter: 'No such escape: \\ itself is written \\\\',
  InvalidCharacter: 'A line break or control character must be escaped',
};

/**
 * Every mistake that keeps a text from being one JSON object that arrives as it is written:
 * syntax, another type than an object, a property that stands twice, a number that JavaScript
 * would round. An empty text has none: it stands for no object.
 */
export function findJsonObjectErrors(text: string): JsonError[] {
  if (text.trim() === '') return [];
  const errors: JsonError[] = [];
  const report = (offset: number, length: number, message: string) => {
    if (errors.some((error) => follows(text, error, offset))) return;
    errors.push({ offset, length: Math.max(1, length), ...placeOf(text, offset), message });
  };
  visit(text, objectVisitor(text, report), STRICT);
  return errors.sort((a, b) => a.offset - b.offset);
}

/** The object a text without mistakes stands for. */
export function parseJsonObject(text: string): Record<string, unknown> {
  return text.trim() === '' ? {} : JSON.parse(text);
}

/** With nothing between them, the second only repeats the first: `ana` and then no value. */
function follows(text: string, first: JsonError, offset: number): boolean {
  return offset >= first.offset && text.slice(first.offset + first.length, offset).trim() === '';
}

type Report = (offset: number, length: number, message: string) => void;

function objectVisitor(text: string, report: Report): JSONVisitor {
  const names: Set<string>[] = [];
  let depth = 0;
  const value = (offset: number, length: number) => {
    if (depth === 0) report(offset, length, 'An object is expected: { … }');
  };
  return {
    onObjectBegin() {
      depth++;
      names.push(new Set());
    },
    onObjectEnd() {
      depth--;
      names.pop();
    },
    onArrayBegin(offset, length) {
      value(offset, length);
      depth++;
    },
    onArrayEnd() {
      depth--;
    },
    onObjectProperty(property, offset, length) {
      const seen = names.at(-1);
      if (seen?.has(property)) {
        report(offset, length, `“${property}” stands twice: only the last would be kept`);
      }
      seen?.add(property);
    },
    onLiteralValue(literal, offset, length) {
      value(offset, length);
      const written = text.slice(offset, offset + length);
      if (typeof literal === 'number' && !survives(written, literal)) {
        report(offset, length, `${written} would be rounded: write it as text, in quotes`);
      }
    },
    onError(code, offset, length) {
      report(Math.min(offset, text.length), length, WORDS[printParseErrorCode(code)] ?? 'Not JSON');
    },
  };
}

/** Whether a number keeps its value as a double: whole ones past 2^53 and too large ones do not. */
function survives(written: string, value: number): boolean {
  if (!Number.isFinite(value)) return false;
  return !/^-?\d+$/.test(written) || BigInt(written) === BigInt(value);
}

function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
