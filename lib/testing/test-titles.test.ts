import { expect, it } from 'vitest';
import { testTitles } from './test-titles';

it('finds every test that runs, by the titles around it', () => {
  const source = `
    describe('a', () => {
      it('b', async () => {});
      describe.each([1])('c %s', (n) => {
        test.each([[1]])('d "quoted" %s', () => {});
        it.each\`x\`('e', () => {});
      });
    });
    for (const text of TEXTS) test(\`\${text}: f\`, () => {});
    test.describe('g', () => test('h', { timeout: 5 }, () => {}));
    describe.skipIf(!tool)('i', () => it("j's", function () {}));
  `;
  expect(testTitles('x.test.ts', source)).toEqual([
    ['a', 'b'],
    ['a', 'c %s', 'd "quoted" %s'],
    ['a', 'c %s', 'e'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the title as it is written
    ['${text}: f'],
    ['g', 'h'],
    ['i', 'j\u0027s'],
  ]);
});

it('finds nothing that is skipped, has no body, stands in a comment, or is no test', () => {
  const source = `
    it.skip('a', () => {});
    it.todo('b');
    it('c');
    describe.skip('d', () => it('e', () => {}));
    test.fixme('f', () => {});
    // it('g', () => {});
    const text = "it('h', () => {})";
    test('', () => test.step('i', () => {}));
    submit('j', () => {});
  `;
  expect(testTitles('x.test.mjs', source)).toEqual([['']]);
});
