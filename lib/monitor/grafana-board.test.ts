import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { METRICS } from './prometheus';

/** Grafana puts the variable's value in. */
const DATASOURCE = ['$', '{datasource}'].join('');
const source = z.object({ type: z.literal('prometheus'), uid: z.literal(DATASOURCE) });
/** Twenty-four columns, as Grafana lays panels out. */
const place = z.object({
  ...{ x: z.int().min(0).max(23), y: z.int().min(0) },
  ...{ w: z.int().min(1).max(24), h: z.int().min(1) },
});
const target = z.object({ datasource: source, expr: z.string(), refId: z.string() });
/** What Grafana's import takes: its schema's required fields, and the few that a board is nothing without. */
const board = z
  .object({
    uid: z.string().max(40),
    title: z.string(),
    schemaVersion: z.int().min(36),
    version: z.int(),
    time: z.object({ from: z.string(), to: z.string() }),
    annotations: z.object({ list: z.array(z.unknown()) }),
    templating: z.object({
      list: z.array(
        z.object({
          ...{ name: z.string(), type: z.enum(['datasource', 'query']) },
          // Of Prometheus, a query is an object with its text.
          query: z.union([z.string(), z.object({ query: z.string(), refId: z.string() })]),
        }),
      ),
    }),
    panels: z.array(
      z.object({
        id: z.int(),
        type: z.enum(['row', 'stat', 'timeseries', 'text', 'table']),
        title: z.string(),
        gridPos: place,
        datasource: source.optional(),
        fieldConfig: z
          .object({ defaults: z.object({}), overrides: z.array(z.object({})) })
          .optional(),
        targets: z.array(target).default([]),
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

it('the board lays its panels out beside each other, each query with a letter of its own', () => {
  const cells = board.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, n) => `${x + (n % w)},${y + Math.floor(n / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(board.panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
  for (const { title, targets } of board.panels) {
    expect([title, new Set(targets.map(({ refId }) => refId)).size]).toEqual([
      title,
      targets.length,
    ]);
  }
  const asked = JSON.stringify(board.panels).match(/\$(?!__|\{datasource)\w+/g) ?? [];
  const variables = board.templating.list.map(({ name }) => `$${name}`);
  expect(asked.filter((name) => !variables.includes(name))).toEqual([]);
});

describe.skipIf(spawnSync('promtool', ['--version']).status !== 0)('promtool', () => {
  const promtool = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' });
    return { status, said: `${stdout}${stderr}` };
  };

  it('finds nothing wrong with the alert rules, and each does what its test says', () => {
    const checked = promtool('check', 'rules', 'deploy/prometheus/shield.rules.yml');
    expect(checked, checked.said).toMatchObject({ status: 0 });
    const tested = promtool('test', 'rules', 'deploy/prometheus/shield.rules.test.yml');
    expect(tested, tested.said).toMatchObject({ status: 0 });
  });

  it('reads every query of the board', () => {
    const rules = board.panels.flatMap(({ id, targets }) =>
      targets.map(({ refId, expr }) => ({
        record: `panel_${id}_${refId}`,
        expr: expr.replaceAll('$__rate_interval', '1m').replaceAll('$', ''),
      })),
    );
    const dir = mkdtempSync(join(tmpdir(), 'shield-board-'));
    try {
      // JSON is YAML.
      writeFileSync(join(dir, 'board.yml'), JSON.stringify({ groups: [{ name: 'board', rules }] }));
      const { status, said } = promtool('check', 'rules', join(dir, 'board.yml'));
      expect(status, said).toBe(0);
      expect(said).toContain(`${rules.length} rules found`);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});
