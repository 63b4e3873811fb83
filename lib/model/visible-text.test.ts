import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { visibleSegments, visibleText } from './visible-text';

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
    expect(visibleSegments('a\tb\nc', true)).toEqual([{ text: 'a\tb\nc', hidden: null }]);
    expect(visibleSegments('a\r\n', true)[1]?.hidden?.symbol).toBe('\\r');
  });

  it('marks lone surrogates, C1 controls and the byte order mark', () => {
    expect(visibleText('\ud800 \u0085 \ufeff')).toBe('U+D800 U+0085 U+FEFF');
  });

  it('loses nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (text, lines) => {
        const joined = visibleSegments(text, lines)
          .map((segment) => segment.text)
          .join('');
        expect(joined).toBe(text);
      }),
    );
  });
});
