import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { testTitles } from '@/lib/testing/test-titles';

const root = fileURLToPath(new URL('..', import.meta.url));
const page = readFileSync(`${root}/docs/asvs.md`, 'utf8');

/** The standard's sections, 5.0.0: the level of each requirement, one behind the other. */
const LEVELS: Readonly<Record<string, string>> = {
  ...{ '1.1': '22', '1.2': '1111122223', '1.3': '112222222223', '1.4': '222', '1.5': '123' },
  ...{ '2.1': '122', '2.2': '112', '2.3': '12223', '2.4': '23' },
  ...{ '3.1': '3', '3.2': '113', '3.3': '12223', '3.4': '11222233', '3.5': '11122333' },
  ...{ '3.6': '3', '3.7': '22333' },
  ...{ '4.1': '12233', '4.2': '23333', '4.3': '22', '4.4': '1222' },
  ...{ '5.1': '2', '5.2': '112333', '5.3': '113', '5.4': '222' },
  ...{ '6.1': '122', '6.2': '111111112222', '6.3': '11223333', '6.4': '112233' },
  ...{ '6.5': '22222333', '6.6': '2223', '6.7': '33', '6.8': '2222' },
  ...{ '7.1': '222', '7.2': '1111', '7.3': '22', '7.4': '11222', '7.5': '223', '7.6': '22' },
  ...{ '8.1': '1233', '8.2': '1123', '8.3': '133', '8.4': '23' },
  ...{ '9.1': '111', '9.2': '1222' },
  ...{ '10.1': '22', '10.2': '223', '10.3': '22223', '10.4': '1111122222233333' },
  ...{ '10.5': '22222', '10.6': '22', '10.7': '222' },
  ...{ '11.1': '2233', '11.2': '22233', '11.3': '11233', '11.4': '1222', '11.5': '23' },
  ...{ '11.6': '23', '11.7': '33' },
  ...{ '12.1': '12233', '12.2': '11', '12.3': '22223' },
  ...{ '13.1': '2333', '13.2': '222223', '13.3': '2233', '13.4': '1222233' },
  ...{ '14.1': '22', '14.2': '12223333', '14.3': '122' },
  ...{ '15.1': '12233', '15.2': '12233', '15.3': '1222222', '15.4': '3333' },
  ...{ '16.1': '2', '16.2': '22222', '16.3': '2222', '16.4': '222', '16.5': '2223' },
  ...{ '17.1': '23', '17.2': '22223333', '17.3': '22' },
};
const ANSWERS = ['Met', 'Documented', 'Partly', 'Not met', 'Does not apply'] as const;

/** Every requirement, in the standard's order, with its level. */
const REQUIREMENTS = Object.entries(LEVELS).flatMap(([section, levels]) =>
  [...levels].map((level, at) => ({ number: `${section}.${at + 1}`, level })),
);
const levelOf = new Map(REQUIREMENTS.map(({ number, level }) => [number, level]));
const asked = REQUIREMENTS.filter(({ level }) => level !== '3').map(({ number }) => number);

/** Rows of the tables that begin with a number; all that looks like one is taken for one. */
const rows = page
  .split('\n')
  .filter((line) => /^\|\s*V?\d/.test(line))
  .map((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    const [, number = '', level = '', , answer = '', tests = ''] = cells;
    const [, kind = ''] = /^\*\*([^*]+)\*\*/.exec(answer) ?? [];
    return { line, isWhole: cells.length === 7, number, level, answer, kind, tests };
  });

/** `file` › title, each on a line of its own. */
const named = rows.flatMap(({ number, tests }) =>
  tests === '' ? [] : tests.split('<br>').map((text) => ({ number, text: text.trim() })),
);

/** Numbers of the requirements a row answers: its own, or all that are asked in its section or chapter. */
function answeredBy(number: string): string[] {
  if (!number.startsWith('V')) return [number];
  return asked.filter((one) => one.startsWith(`${number.slice(1)}.`));
}

function anchorsOf(file: string): string[] {
  const headings = readFileSync(`${root}/docs/${file}`, 'utf8').matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, text = '']) =>
    text
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('the answers to ASVS', () => {
  it('know the standard: so many requirements of each level', () => {
    const count = (wanted: string) => REQUIREMENTS.filter(({ level }) => level === wanted).length;
    expect([count('1'), count('2'), count('3')]).toEqual([70, 183, 92]);
  });

  it('are rows of five cells: number, level, what is asked, an answer in bold words, tests', () => {
    for (const { line, isWhole, number, level, answer, kind } of rows) {
      expect([line, isWhole, ANSWERS]).toEqual([line, true, expect.arrayContaining([kind])]);
      // Why, or how: more than the bare word.
      expect([number, answer.length > kind.length + 16]).toEqual([number, true]);
      const levels = answeredBy(number).map((one) => levelOf.get(one));
      expect([number, level]).toEqual([number, [...new Set(levels)].sort().join(', ')]);
      if (number.startsWith('V')) expect([number, kind]).toEqual([number, 'Does not apply']);
    }
  });

  it('answer every requirement of levels 1 and 2 once, in the standard’s order', () => {
    const answered = rows.flatMap(({ number }) => answeredBy(number));
    const order = REQUIREMENTS.map(({ number }) => number);
    expect(answered.filter((number) => levelOf.get(number) !== '3')).toEqual(asked);
    expect(answered).toEqual(answered.toSorted((a, b) => order.indexOf(a) - order.indexOf(b)));
    expect(new Set(answered).size).toBe(answered.length);
  });

  it('name a test where they say met, and the place where they say documented', () => {
    for (const { number, kind, answer, tests } of rows) {
      if (kind === 'Met') expect([number, tests]).not.toEqual([number, '']);
      const [link, file = '', anchor] = /\]\(([^)#]+\.md)(?:#([^)]+))?\)/.exec(answer) ?? [];
      if (kind === 'Documented') expect([number, link]).not.toEqual([number, undefined]);
      if (link === undefined) continue;
      expect([number, existsSync(`${root}/docs/${file}`)]).toEqual([number, true]);
      if (anchor)
        expect([number, anchorsOf(file)]).toEqual([number, expect.arrayContaining([anchor])]);
    }
  });

  const titles = new Map<string, string[]>();
  const titlesOf = (file: string): string[] => {
    const known = titles.get(file);
    if (known) return known;
    const read = testTitles(file, readFileSync(`${root}/${file}`, 'utf8'));
    const whole = read.map((path) => path.join(' › '));
    titles.set(file, whole);
    return whole;
  };

  // It reads a hundred files.
  it('name tests by file and whole title, each of which is one', { timeout: 180_000 }, () => {
    expect(named.length).toBeGreaterThan(200);
    const wrong = named.filter(({ text }) => {
      const [, file = '', title = ''] =
        /^`([^`]+\.(?:test|spec)\.m?[jt]s)` › (.+)$/.exec(text) ?? [];
      if (title === '' || !existsSync(`${root}/${file}`)) return true;
      const isMeant = (one: string) => one === title || one.endsWith(` › ${title}`);
      return titlesOf(file).filter(isMeant).length !== 1;
    });
    expect(wrong).toEqual([]);
  });

  it('say in security.md what is not met', () => {
    const security = readFileSync(`${root}/docs/security.md`, 'utf8');
    const [, told = ''] = /^Not met: ([^\n]+(?:\n[^\n]+)*)/m.exec(security) ?? [];
    const numbers = [...told.matchAll(/\b\d+\.\d+\.\d+\b/g)].map(([number]) => number);
    expect(numbers).toEqual(rows.filter(({ kind }) => kind === 'Not met').map((row) => row.number));
  });
});
