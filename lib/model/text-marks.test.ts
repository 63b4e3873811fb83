import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markText } from './text-marks';

const marked = (text: string, ...marks: string[]) =>
  markText(text, marks)
    .map((part) => (part.isMarked ? `[${part.text}]` : part.text))
    .join('');

describe('markText', () => {
  it('marks every place, whatever its case, the longest first', () => {
    expect(marked('LLM Timeout, timeout', 'timeout')).toBe('LLM [Timeout], [timeout]');
    expect(marked('timeouts', 'time', 'timeout')).toBe('[timeout]s');
    expect(marked('plain', 'absent')).toBe('plain');
    expect(marked('', 'a')).toBe('');
  });

  it('loses and adds nothing, and marks only what is a mark', () => {
    const mark = fc.string({ maxLength: 2 }).map((text) => text.toLowerCase());
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.array(mark, { maxLength: 3 }),
        (text, marks) => {
          const parts = markText(text, marks);
          expect(parts.map((part) => part.text).join('')).toBe(text);
          for (const part of parts) {
            if (part.isMarked) expect(marks).toContain(part.text.toLowerCase());
          }
        },
      ),
    );
  });
});
