import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPlainText, visibleSegments, visibleText } from './visible-text';

describe('isPlainText', () => {
  it('is true only of what is drawn as it is written, from left to right, on one line', () => {
    for (const text of ['', 'chunk_id 17', 'größer…', 'a-b.c:d', '{"a": 1}']) {
      expect(isPlainText(text), text).toBe(true);
    }
    const others = [
      ' a',
      'a ',
      'a  b',
      'a\nb',
      'a\u00adb',
      'a\u00a0b',
      '\u202ea',
      'אב',
      '日本',
      '😀',
      '\u0301',
    ];
    for (const text of others) expect(isPlainText(text), text).toBe(false);
  });

  it('is never true of a text with something hidden in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        if (isPlainText(text)) expect(visibleSegments(text)).toEqual([{ text, hidden: null }]);
      }),
    );
  });
});

describe('visibleSegments', () => {
  it('leaves ordinary text in one piece, in any script', () => {
    expect(visibleSegments('naïve 日本語 שלום 👩‍🚀')).toEqual([
      { text: 'naïve 日本語 שלום 👩‍🚀', hidden: null },
    ]);
  });

  it('names what would not be seen', () => {
    expect(visibleSegments('a\u202eb')).toEqual([
      { text: 'a', hidden: null },
      {
        text: '\u202e',
        hidden: { symbol: 'U+202E', name: 'U+202E right-to-left override', isSpace: false },
      },
      { text: 'b', hidden: null },
    ]);
  });

  it('keeps tabs and line ends where lines are shown, and marks a carriage return', () => {
    expect(visibleText('a\tb\nc')).toBe('a\\tb\\nc');
    expect(visibleSegments('a\tb\nc', 'lines')).toEqual([{ text: 'a\tb\nc', hidden: null }]);
    expect(visibleSegments('a\r\n', 'lines')[1]?.hidden?.symbol).toBe('\\r');
  });

  it('marks lone surrogates, C1 controls and the byte order mark', () => {
    expect(visibleText('\ud800 \u0085 \ufeff')).toBe('U+D800 U+0085 U+FEFF');
  });

  it('shows spaces that would be drawn as fewer, as none or as the usual one', () => {
    expect(visibleText('a b c')).toBe('a b c');
    expect(visibleText(' a  b   c ')).toBe('␣a␣␣b␣␣␣c␣');
    expect(visibleText('  ')).toBe('␣␣');
    expect(visibleText('a\u00a0b\u2003c')).toBe('aU+00A0bU+2003c');
    expect(visibleSegments('a  b')[1]?.hidden?.name).toBe('2 spaces');
  });

  it('leaves spaces where they are kept, and still marks the rest', () => {
    expect(visibleSegments(' a  b ', 'spaces')).toEqual([{ text: ' a  b ', hidden: null }]);
    expect(visibleSegments(' a  b ', 'lines')).toHaveLength(1);
    expect(visibleSegments('a\n', 'spaces')[1]?.hidden?.symbol).toBe('\\n');
  });

  it('tells any two texts of spaces, line ends and letters apart on one line', () => {
    const text = fc.string({ unit: fc.constantFrom(' ', '\n', '\t', '\u00a0', '\u200b', 'a') });
    const drawn = (value: string) => visibleText(value).replaceAll(/ +/g, ' ').trim();
    fc.assert(
      fc.property(text, text, (one, other) => {
        expect(drawn(one) === drawn(other)).toBe(one === other);
      }),
    );
  });

  it('loses nothing', () => {
    const kept = fc.constantFrom('nothing' as const, 'spaces' as const, 'lines' as const);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), kept, (text, keeps) => {
        const joined = visibleSegments(text, keeps)
          .map((segment) => segment.text)
          .join('');
        expect(joined).toBe(text);
      }),
    );
  });
});
