import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  isPage,
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
      const calls = [
        ...source.matchAll(/\b(respond\w*)\(\s*request\b[^;]*?(?:'([^']+)'|route\b)/gs),
      ];
      const [, constant] = /const route = '([^']+)';/.exec(source) ?? [];
      expect(calls.length).toBeGreaterThan(0);
      for (const [, , named = constant] of calls) expect(named).toBe(route);
      // One of a stream asks whether it may be seen, in each of its methods.
      const isOfStream = route.includes('[stream]');
      for (const [, by] of calls) expect(by === 'respondOnStream').toBe(isOfStream);
      expect(isPage(route)).toBe(false);
    },
  );

  it.each(pages.map(({ route, source }) => [route, source]))(
    '%s has a rule and a gate',
    (route, source) => {
      if (!isRoute(route)) throw new Error(`${route} has no rule`);
      expect(ruleOf(route, 'GET')).not.toBeNull();
      expect(isPage(route)).toBe(true);
      if (ruleOf(route, 'GET') === 'public') return;
      // Before anything is read.
      const body = source.slice(source.indexOf('export default'));
      expect(body.slice(body.indexOf('{\n') + 1).trimStart()).toMatch(
        /^(.*\n)?\s*(const \w+ = )?await enterPage\(/,
      );
      const params = route.includes('[stream]') ? ', params' : '';
      expect(body).toContain(`enterPage('${route}'${params})`);
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

describe('no way past the rules', () => {
  const filesIn = (folder: string) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.includes('.test.'))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));

  it('no file is a server action or keeps an answer for whoever asks next', () => {
    // Anybody could post to an action, on any page: it has no route, and so no rule.
    const directive = /^\s*(['"`])use (server|cache)\b[^'"`]*\1/m;
    for (const source of [
      "'use server';\nexport",
      'x = async () => {\n  "use server"',
      "'use cache: remote'",
    ])
      expect(source).toMatch(directive);
    const sources = ['app', 'components', 'lib']
      .flatMap(filesIn)
      .filter((path) => /\.tsx?$/.test(path));
    expect(sources.length).toBeGreaterThan(400);
    const found = sources.filter((path) => directive.test(readFileSync(join(root, path), 'utf8')));
    expect(found).toEqual([]);
  });

  it('app/ holds pages and routes, which are tested here, and these files alone', () => {
    const others = filesIn('app').filter((path) => !/\/(page\.tsx|route\.ts)$/.test(path));
    expect(others.filter((path) => !path.endsWith('/search-params.ts')).toSorted()).toEqual([
      'app/enter-page.ts',
      'app/error.tsx',
      'app/favicon.ico',
      'app/forbidden.tsx',
      'app/global-error.tsx',
      'app/globals.css',
      'app/icon.svg',
      'app/layout.tsx',
      'app/not-found.tsx',
      'app/tokens.css',
    ]);
  });

  it('nothing that Next runs by its name stands beside app/', () => {
    const special = /^(middleware|proxy|instrumentation(-client)?|mdx-components)\.[a-z]+$/;
    expect('instrumentation-client.ts').toMatch(special);
    const beside = readdirSync(root);
    expect(beside).toContain('server.ts');
    const found = beside.filter(
      (name) => special.test(name) || ['pages', 'src', 'public'].includes(name),
    );
    expect(found).toEqual([]);
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
