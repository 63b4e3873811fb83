import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textLines } from './text-lines';

describe('textLines', () => {
  it('cuts at line ends, and long lines in pieces that say so', () => {
    expect(textLines('ab\n\ncdefg', 2)).toEqual([
      { text: 'ab', continued: false },
      { text: '', continued: false },
      { text: 'cd', continued: false },
      { text: 'ef', continued: true },
      { text: 'g', continued: true },
    ]);
  });

  it('keeps an emoji in one piece', () => {
    expect(textLines('a😀b', 2).map((line) => line.text)).toEqual(['a😀', 'b']);
  });

  it('loses nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 9 }), (text, max) => {
        const joined = textLines(text, max)
          .map((line, index) => (index > 0 && !line.continued ? '\n' : '') + line.text)
          .join('');
        expect(joined).toBe(text);
      }),
    );
  });
});
