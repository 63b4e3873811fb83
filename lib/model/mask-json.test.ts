import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EntryMask } from './mask';
import { MASK, maskText } from './mask-json';
import { Redaction } from './redaction';

const SECRET = 'hunter2-Zq9';
const redaction = new Redaction(['password']);
const shown = (text: string) => maskText(text, 'data', redaction);

/** What stands before JSON in some parser or other: JSON.parse itself takes the first four. */
const SPACES = [
  ...[' ', '\t', '\n', '\r', '\f', '\v', '\b', '\0', '\x1c', '\x1f', '\x7f', '\x85', '\xa0'],
  ...['\u1680', '\u180e', '\u2003', '\u200b', '\u2028', '\u2060', '\u3000', '\ufeff'],
];
const SHORT: Record<string, string> = {
  ...{ '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '"': '\\"', '\\': '\\\\' },
};

/** One character within a JSON string, as any writer may write it; `isLax`: control characters as they are. */
function written(char: string, as: 'raw' | 'short' | 'lower' | 'upper', isLax: boolean): string {
  const hex = char.charCodeAt(0).toString(16).padStart(4, '0');
  const must = char === '"' || char === '\\' || (char < ' ' && !isLax);
  if (as === 'raw' && !must) return char;
  if (as !== 'lower' && as !== 'upper' && SHORT[char] !== undefined) return SHORT[char];
  return `\\u${as === 'upper' ? hex.toUpperCase() : hex}`;
}

const ways = fc.array(fc.constantFrom('raw', 'short', 'lower', 'upper'), { minLength: 1 });
const space = fc.string({ unit: fc.constantFrom(...SPACES), maxLength: 6 });
/** A value with the covered name somewhere in it. */
const holder = fc.oneof(
  fc.constant({ password: SECRET }),
  fc.tuple(fc.jsonValue(), fc.jsonValue()).map(([a, b]) => [a, { b, password: { SECRET } }]),
  fc.jsonValue().map((a) => ({ a, list: [[{ password: [SECRET] }]] })),
);

describe('JSON within a string of JSON', () => {
  it.each([
    ['an escaped space', String.raw`"\u0020{\"password\":\"${SECRET}\"}"`],
    ['a form feed', String.raw`"\f{\"password\":\"${SECRET}\"}"`],
    ['a backspace', String.raw`"\b[{\"password\":\"${SECRET}\"}]"`],
    ['an escaped byte order mark', String.raw`"\uFEFF{\"password\":\"${SECRET}\"}"`],
    ['a brace written as an escape', String.raw`"\u000a\u007B\u0022password\u0022:1,\"x\":2}"`],
    ['a line break as it is', `"\n{\\"password\\":\\"${SECRET}\\"}"`],
    ['an escape there is not', String.raw`"\q"`],
  ])('behind %s is masked', (name, literal) => {
    const text = shown(`{"a":${literal},"b":1}`);
    expect(text).not.toContain(SECRET);
    expect(text.includes(MASK)).toBe(name !== 'an escape there is not');
    expect(text.endsWith(',"b":1}')).toBe(true);
  });

  it('is masked behind any white space, however it and the text are written', () => {
    fc.assert(
      fc.property(
        holder,
        fc.array(fc.tuple(space, ways), { minLength: 1, maxLength: 3 }),
        space,
        fc.boolean(),
        (value, layers, before, isLax) => {
          let text = JSON.stringify(value);
          for (const [spaces, as] of layers) {
            const chars = [...(spaces + text)].flatMap((char) => char.split(''));
            const body = chars.map((char, at) => {
              const way = as[at % as.length] ?? 'raw';
              return written(char, way, isLax);
            });
            text = `{"a":[1,"${body.join('')}"]}`;
          }
          const masked = shown(before + text);
          expect(masked).toContain('masked');
          expect(decodedThrough(masked)).not.toContain(SECRET);
        },
      ),
    );
  });

  it('is not looked for where text is only followed by it', () => {
    const text = JSON.stringify({
      a: 'log: {"password":1}',
      b: 'x\f{"password":1}',
      c: '\f',
      d: '',
    });
    expect(shown(text)).toBe(text);
  });
});

it('a name and its value may stand apart by any white space, in bytes as well', () => {
  const mask = new EntryMask(['password']);
  const inBytes = (text: string) =>
    Buffer.from(mask.value(Buffer.from('data'), Buffer.from(text))).toString();
  fc.assert(
    fc.property(space, space, space, (a, b, c) => {
      const text = `${a}{"x":1,${a}"password"${b}:${c}"${SECRET}"${c},"y":2}`;
      const wanted = `${a}{"x":1,${a}"password"${b}:${c}"${MASK}"${c},"y":2}`;
      expect([shown(text), inBytes(text)]).toEqual([wanted, wanted]);
    }),
  );
});

/** All that could be read in a text, its escapes undone again and again. */
function decodedThrough(text: string): string {
  let all = text;
  for (let plain = text, n = 0; n < 8; n++) {
    plain = plain.replace(/\\u([\da-f]{4})/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    plain = plain.replace(/\\(["\\])/g, '$1');
    all += plain;
  }
  return all;
}
