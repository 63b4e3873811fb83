import fc from 'fast-check';
import { expect, it } from 'vitest';
import { scoreTerm, termsOf } from './fuzzy';

/** What of some texts answers a term, best first. */
function ranked(term: string, texts: string[]): string[] {
  return texts
    .flatMap((text) => {
      const score = scoreTerm(term, text);
      return score === null ? [] : [{ text, score }];
    })
    .sort((a, b) => b.score - a.score)
    .map(({ text }) => text);
}

it('the whole, then its start, a word, anywhere, and letters in order', () => {
  const texts = ['xeventsx', 'e-v-e-n-t-s', 'events:new', 'shield:events', 'events', 'stneve'];
  expect(ranked('events', texts)).toEqual([
    'events',
    'events:new',
    'shield:events',
    'xeventsx',
    'e-v-e-n-t-s',
  ]);
});

it('letters close together come before letters far apart', () => {
  expect(ranked('lw', ['l-and-far-off-w', 'x-lightrag-w', 'lw-x', 'alxw'])).toEqual([
    'lw-x',
    'alxw',
    'x-lightrag-w',
    'l-and-far-off-w',
  ]);
});

it('of equals the shorter comes first', () => {
  expect(ranked('orders', ['orders:archive', 'orders:eu'])).toEqual([
    'orders:eu',
    'orders:archive',
  ]);
});

it('a word is found that begins later than the first place of its letters', () => {
  expect(ranked('art', ['smart-art', 'smarts-xxx'])).toEqual(['smart-art', 'smarts-xxx']);
});

it('what was typed is words in lower case', () => {
  expect(termsOf('  Shield  EVENTS ')).toEqual(['shield', 'events']);
  expect(termsOf(' ')).toEqual([]);
});

it('a text answers exactly the letters it has in that order', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '-'), maxLength: 12 });
  fc.assert(
    fc.property(letters.filter(Boolean), letters, (term, text) => {
      const pattern = new RegExp([...term].join('.*'), 's');
      expect(scoreTerm(term, text) !== null).toBe(pattern.test(text));
    }),
  );
});
