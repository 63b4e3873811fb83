import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const UI = join(import.meta.dirname, '..', 'ui');
const read = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.tsx'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');

const primitives = [...read(UI).matchAll(/^export function ([A-Z]\w+)/gm)].map(
  ([, name = '']) => name,
);
const shown = read(import.meta.dirname);

it('finds the primitives there are', () => {
  expect(primitives).toEqual(expect.arrayContaining(['Button', 'Explain', 'Timestamp', 'Table']));
});

it.each(primitives)('%s is shown on the design page', (name) => {
  expect(shown).toMatch(new RegExp(`<${name}[\\s/>]`));
});
