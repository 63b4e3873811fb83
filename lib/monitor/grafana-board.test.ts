import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { METRICS } from './prometheus';

/** Grafana puts the variable's value in. */
const DATASOURCE = ['$', '{datasource}'].join('');
const source = z.object({ type: z.literal('prometheus'), uid: z.literal(DATASOURCE) });
const board = z
  .object({
    uid: z.string(),
    title: z.string(),
    templating: z.object({ list: z.array(z.object({ name: z.string(), type: z.string() })) }),
    panels: z.array(
      z.object({
        id: z.number(),
        title: z.string(),
        datasource: source.optional(),
        targets: z.array(z.object({ datasource: source, expr: z.string() })).default([]),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync('deploy/grafana/shield-dashboard.json', 'utf8')));

const metricsIn = (text: string) => text.match(/\b(redis|shield)_\w+/g) ?? [];

it('the board asks for its data source and takes it everywhere', () => {
  expect(board.templating.list[0]).toMatchObject({ name: 'datasource', type: 'datasource' });
  const queries = board.panels.flatMap(({ targets }) => targets);
  expect(queries.length).toBeGreaterThan(15);
  expect(new Set(board.panels.map(({ id }) => id)).size).toBe(board.panels.length);
});

it.each([
  ['the board', 'deploy/grafana/shield-dashboard.json'],
  ['the alert rules', 'deploy/prometheus/shield.rules.yml'],
])('%s asks for no metric that is not there', (_, file) => {
  const asked = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .flatMap(metricsIn);
  const known = new Set(METRICS.map(({ name }) => name));
  expect(asked.length).toBeGreaterThan(6);
  expect(asked.filter((name) => !known.has(name))).toEqual([]);
});
