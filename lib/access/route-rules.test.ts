import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  ROUTE_RULES,
  type Route,
  routeOfPath,
  ruleOf,
  ruleOfPath,
  takesForms,
} from './route-rules';

const root = fileURLToPath(new URL('../..', import.meta.url));
const METHODS = /export (?:async )?(?:function|const) (GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)\b/g;
const RENAMED = /\bas (GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)\b/g;

/** Every file of that name under app/, with the route it is: its folder. */
function filesNamed(name: string): { route: string; source: string }[] {
  return readdirSync(join(root, 'app'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.split(sep).at(-1) === name)
    .map((path) => ({
      route: `/${dirname(path).split(sep).join('/')}`.replace(/^\/\.$/, '/'),
      source: readFileSync(join(root, 'app', path), 'utf8'),
    }));
}

const isRoute = (text: string): text is Route => Object.hasOwn(ROUTE_RULES, text);

describe('every route under app/', () => {
  const handlers = filesNamed('route.ts');
  const pages = filesNamed('page.tsx');

  it('is found by this test', () => {
    expect(handlers.length).toBeGreaterThan(15);
    expect(pages.length).toBeGreaterThan(6);
    const found = [...handlers, ...pages].map(({ route }) => route);
    expect(found.toSorted()).toEqual(Object.keys(ROUTE_RULES).toSorted());
  });

  it.each(handlers.map(({ route, source }) => [route, source]))(
    '%s has a rule for each of its methods, and answers through the gate alone',
    (route, source) => {
      if (!isRoute(route)) throw new Error(`${route} has no rule`);
      const methods = [...source.matchAll(METHODS), ...source.matchAll(RENAMED)].map(([, m]) => m);
      expect(methods.length).toBeGreaterThan(0);
      for (const method of methods)
        expect([method, ruleOf(route, method ?? '')]).not.toContain(null);
      const calls = [...source.matchAll(/\brespond(?:ToAnyone)?\(\s*([^;]*?)'([^']+)'/gs)];
      expect(calls.length).toBeGreaterThan(0);
      for (const [, , named] of calls) expect(named).toBe(route);
    },
  );

  it.each(pages.map(({ route, source }) => [route, source]))(
    '%s has a rule and a gate',
    (route, source) => {
      if (!isRoute(route)) throw new Error(`${route} has no rule`);
      expect(ruleOf(route, 'GET')).not.toBeNull();
      if (ruleOf(route, 'GET') === 'public') return;
      // Before anything is read.
      const body = source.slice(source.indexOf('export default'));
      expect(body.slice(body.indexOf('{\n') + 1).trimStart()).toMatch(
        /^(.*\n)?\s*(const \w+ = )?await enterPage\(/,
      );
      expect(body).toContain(`enterPage('${route}')`);
    },
  );

  it('what server.ts answers by itself has a rule', () => {
    const source = readFileSync(join(root, 'lib/http/plain-answers.ts'), 'utf8');
    const [, table = ''] =
      /const PLAIN_ANSWERS[^=]*= new Map<[^>]*>\(\[(.*?)\]\);/s.exec(source) ?? [];
    const paths = [...table.matchAll(/'(\/[^']*)'/g)].map(([, path]) => path ?? '');
    expect(paths).toContain('/events/stream');
    for (const path of paths)
      expect([path, ruleOf(routeOfPath(path) ?? '/', 'GET')]).toEqual([path, 'look']);
  });
});

describe('the rule of a path', () => {
  it.each([
    ['/api/tasks', 'POST', 'enqueue'],
    ['/api/%74asks', 'POST', 'enqueue'],
    ['/api/streams/a%2Fb/download', 'HEAD', 'look'],
    ['/api/nothing/of/the/kind', 'POST', 'look'],
    ['/nothing', 'GET', 'look'],
    ['/tasks.rsc', 'GET', 'look'],
    ['//health', 'GET', 'look'],
    ['/health/', 'GET', 'look'],
    ['/health', 'GET', 'public'],
    ['/health', 'HEAD', 'public'],
    ['/health', 'POST', 'look'],
    ['/sign-in', 'GET', 'public'],
    ['/api/session', 'POST', 'public'],
    ['/_next/static/chunks/a~b-1.js', 'GET', 'public'],
    ['/_next/static/../../api/streams', 'GET', 'look'],
    ['/_next/static/%2e%2e/x', 'GET', 'look'],
    ['/_next/image', 'GET', 'look'],
    ['/icon.svg', 'GET', 'public'],
    ['/icon.svg/x', 'GET', 'look'],
    ['', 'GET', 'look'],
    ['*', 'OPTIONS', 'look'],
  ])('%s by %s needs %s', (path, method, rule) => {
    expect(ruleOfPath(path, method)).toBe(rule);
  });

  it('forms are taken where people sign in and out, and nowhere else', () => {
    expect((Object.keys(ROUTE_RULES) as Route[]).filter(takesForms)).toEqual([
      '/api/session',
      '/api/session/end',
    ]);
  });
});
