import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ROUTE_RULES, type Route } from '@/lib/access/route-rules';
import {
  ATTEMPTS_PER_ADDRESS_MAX,
  ATTEMPTS_PER_USER_MAX,
  FAILURES_PER_ADDRESS_MAX,
  FAILURES_PER_USER_MAX,
} from '@/lib/access/sign-in-limits';
import { parseConfig } from '@/lib/config';
import { limitVariables } from '@/lib/config-limits';
import { BODY_BYTES_MAX } from '@/lib/http/body';
import { URL_CHARS_MAX } from '@/lib/http/guard';
import { PAYLOAD_DEPTH_MAX } from '@/lib/model/payload';
import { isLimited, PERMISSIONS } from '@/lib/model/permissions';
import { taskInputSchema } from '@/lib/model/task';
import { SECRET_VARIABLES } from '@/lib/secret-files';
import { testTitles } from '@/lib/testing/test-titles';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(`${root}/${path}`, 'utf8');
const page = read('docs/security.md');
/** In one line, however it is broken. */
const prose = page.replaceAll(/\s+/g, ' ');

/** The text below a heading, up to the next. */
function section(heading: string): string {
  const [, text = ''] = page.split(`\n## ${heading}\n`);
  return text.split('\n## ')[0] ?? '';
}

/** The cells of each row of the tables in a text, without their heads. */
function rowsOf(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
    .map((line) =>
      line
        .split('|')
        .map((cell) => cell.trim())
        .slice(1, -1),
    );
}

const codeWords = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);

/** What runs in production: no tests, and nothing that only they use. Comments are left out. */
const SOURCES = ['app', 'components', 'lib']
  .flatMap((room) =>
    readdirSync(`${root}/${room}`, { recursive: true, encoding: 'utf8' }).map(
      (path) => `${room}/${path.replaceAll('\\', '/')}`,
    ),
  )
  .concat('server.ts')
  .filter((path) => /\.tsx?$/.test(path) && !/\.test\.|^lib\/testing\//.test(path))
  .map((path) => ({ path, source: read(path).replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '') }));

const filesWith = (pattern: RegExp) =>
  SOURCES.filter(({ source }) => pattern.test(source)).map(({ path }) => path);

it('nothing that runs in production starts a program, runs text as code, writes a file or asks anybody else', () => {
  expect(SOURCES.length).toBeGreaterThan(400);
  for (const pattern of [
    /\bchild_process\b|\bnode:(vm|worker_threads|cluster|dgram|dns|http2|https|tls)\b/,
    /\beval\(|\bnew Function\b|\bset(Timeout|Interval)\(\s*['"`]/,
    /dangerouslySetInnerHTML|\b(inner|outer)HTML\b|insertAdjacentHTML|document\.write/,
    /\bpostMessage\(|addEventListener\(\s*'message'|\bonmessage\b/,
    /\b(write|append|copy)File|createWriteStream|\bmkdir|\brename(Sync)?\(|\bunlink/,
  ]) {
    expect([pattern, filesWith(pattern)]).toEqual([pattern, []]);
  }
  // The browser asks the dashboard; the server asks the provider, and Redis by ioredis.
  const asking = filesWith(/\bfetch\(|\bnew (EventSource|WebSocket)\(/);
  expect(asking.filter((path) => !path.startsWith('lib/browser/'))).toEqual([
    'lib/access/oidc-fetch.ts',
  ]);
  const sockets =
    /import (?!type)[^;]*\b(request|get|connect|createConnection|Agent)\b[^;]*'node:(http|net)'/;
  expect(filesWith(sockets)).toEqual([]);
  const redis = filesWith(/^import [^;]*from 'ioredis'/m);
  expect(redis.filter((path) => !path.startsWith('lib/redis/'))).toEqual([]);
});

describe('docs/security.md', () => {
  it('has a row for each mode', () => {
    const [, union = ''] = /AccessMode = ([^;]+);/.exec(read('lib/model/access-settings.ts')) ?? [];
    const modes = [...union.matchAll(/'(\w+)'/g)].map(([, mode]) => mode);
    const [, ...rows] = rowsOf(section('Modes').split('| code |')[0] ?? '');
    expect(rows.map(([mode]) => mode)).toEqual(modes);
  });

  it('has a row for each code that a start is refused with, and none besides', () => {
    const files = readdirSync(`${root}/lib`).filter((file) =>
      /^(config|secret-files).*\.ts$/.test(file),
    );
    const sources = [...files.filter((file) => !file.includes('.test.')), 'access/users.ts'];
    const codes = sources.flatMap((file) =>
      [...read(`lib/${file}`).matchAll(/['"`]([a-z]+(?:_[a-z]+)+): |\}, ([a-z_]+):/g)].map(
        ([, code, ofUsers]) => code ?? ofUsers,
      ),
    );
    const told = rowsOf(section('Modes').split('| code |')[1] ?? '').flatMap(([cell = '']) =>
      codeWords(cell),
    );
    expect(told.toSorted()).toEqual([...new Set(codes)].sort());
  });

  it('has each permission with the least role it needs', () => {
    const [, ...rows] = rowsOf(section('Roles'));
    const told = rows.flatMap(([names = '', role]) => codeWords(names).map((name) => [name, role]));
    const known = Object.entries(PERMISSIONS).map(([name, { least }]) => [name, least]);
    expect(told.toSorted()).toEqual(known.toSorted());
  });

  it('says how often a sign-in may fail, as it is counted', () => {
    const [, ofName, from] =
      /After (\d+) failures of a name, or (\d+) from an address/.exec(prose) ?? [];
    const [, of, fromAll] =
      /So are they after (\d+) sign-ins of a user, or (\d+) from an address/.exec(prose) ?? [];
    expect([Number(of), Number(fromAll)]).toEqual([
      ATTEMPTS_PER_USER_MAX,
      ATTEMPTS_PER_ADDRESS_MAX,
    ]);
    expect([Number(ofName), Number(from)]).toEqual([
      FAILURES_PER_USER_MAX,
      FAILURES_PER_ADDRESS_MAX,
    ]);
  });

  it('has the likely words that no password may be made of', () => {
    const [, list = ''] = /LIKELY_WORDS = \[([^;]+)\];/.exec(read('scripts/user.mjs')) ?? [];
    const words = [...list.matchAll(/'(\w+)'/g)].map(([, word]) => word);
    const [, told = ''] = /repeats and these words, [^:]+: ([^.]+)\./.exec(prose) ?? [];
    expect(words.length).toBeGreaterThan(10);
    expect(codeWords(told)).toEqual(words);
  });

  it('says how long sessions hold, as the defaults are', () => {
    const minutes = (name: string) =>
      Number(new RegExp(`\`${name}\` \\((\\d+)\\)`).exec(prose)?.[1]);
    const { idleMs, absoluteMs } = parseConfig({}).access.session;
    expect(minutes('SESSION_IDLE_MINUTES') * 60_000).toBe(idleMs);
    expect(minutes('SESSION_MAX_MINUTES') * 60_000).toBe(absoluteMs);
  });

  const keys = section('Keys and cryptography');

  it('has each secret of the configuration among the keys', () => {
    const told = rowsOf(keys).flatMap(([cell = '']) => codeWords(cell));
    expect(told).toEqual(expect.arrayContaining([...SECRET_VARIABLES, 'USERS', 'USERS_FILE']));
  });

  it('has every file that uses cryptography, and no algorithm besides', () => {
    const [, ours = '', theirs = ''] = /in these files: ([^;]+);([^.]+\.[^.]+)/.exec(keys) ?? [];
    // Random UUIDs name things.
    const using = filesWith(
      /import \{(?! randomUUID \})[^}]*\} from 'node:crypto'|from 'jose'|\bsubtle\b/,
    );
    expect(using.toSorted()).toEqual(codeWords(ours).toSorted());
    const provider = filesWith(/import \{[^}]*\b(authorizationCodeGrant|refreshTokenGrant)\b/);
    expect(provider).toEqual(codeWords(theirs));
    const algorithms = SOURCES.flatMap(({ path, source }) =>
      [...source.matchAll(/create(?:Hash|Hmac|Cipheriv|Sign)\('([^']+)'|\benc: '([^']+)'/g)].map(
        ([, hash, cipher]) => `${path} ${hash ?? cipher}`,
      ),
    );
    const besides = algorithms.filter((use) => !/ (sha256|A256GCM)$/.test(use));
    expect(besides).toEqual(['lib/redis/script-runner.ts sha1']);
    // What must not be guessed never comes from here.
    const guessable = filesWith(/Math\.random/);
    expect(guessable.filter((path) => /^(lib\/access|lib\/http\/(?!sse))/.test(path))).toEqual([]);
  });

  it('names tests that are there, for every threat', { timeout: 180_000 }, () => {
    const threats = rowsOf(section('Threat model').split('| threat |')[1] ?? '').filter(
      ([threat = '']) => !threat.startsWith('**'),
    );
    expect(threats.length).toBeGreaterThan(25);
    for (const [threat, , tests = ''] of threats) {
      for (const text of tests.split('<br>')) {
        const [, file = '', title = ''] = /^`([^`]+)` › (.+)$/.exec(text) ?? [];
        expect([threat, file]).not.toEqual([threat, '']);
        const titles = testTitles(file, read(file)).map((path) => path.join(' › '));
        const found = titles.filter((one) => one === title || one.endsWith(` › ${title}`));
        expect([threat, title, found.length]).toEqual([threat, title, 1]);
      }
    }
  });
});

it('no permission to change anything is asked by GET', () => {
  for (const route of Object.keys(ROUTE_RULES) as Route[]) {
    const rule: Partial<Record<string, keyof typeof PERMISSIONS | 'public'>> = ROUTE_RULES[route];
    const asked = rule.GET;
    if (asked === undefined || asked === 'public') continue;
    expect([route, isLimited(asked), PERMISSIONS[asked].changes]).toEqual([route, false, false]);
  }
});

it('tasks.md has every field that is taken, and how much of it', () => {
  const rows = rowsOf(read('docs/tasks.md')).slice(1);
  const told = rows.flatMap(([fields = '', needed]) =>
    codeWords(fields).map((field) => [field, needed === 'yes']),
  );
  const taken = Object.entries(taskInputSchema.shape).map(([field, schema]) => [
    field,
    !schema.safeParse(undefined).success,
  ]);
  expect(told.toSorted()).toEqual(taken.toSorted());
  const figure = (field: string) =>
    Number(
      rows
        .find(([fields = '']) => codeWords(fields).includes(field))?.[2]
        ?.match(/[\d,]+(?= (?:bytes|characters|deep))/)?.[0]
        .replaceAll(',', ''),
    );
  const fits = (field: 'content' | 'source_uri' | 'job_id', length: number) =>
    taskInputSchema.shape[field].safeParse('x'.repeat(length)).success;
  for (const field of ['content', 'source_uri', 'job_id'] as const) {
    const most = figure(field);
    expect([field, fits(field, most), fits(field, most + 1)]).toEqual([field, true, false]);
  }
  expect(figure('metadata')).toBe(PAYLOAD_DEPTH_MAX);
});

it('limits.md has the figures of the code', () => {
  const rows = rowsOf(read('docs/limits.md'));
  const figures = (text: string) =>
    [...text.matchAll(/\d[\d,]*/g)].map(([figure]) => Number(figure.replaceAll(',', '')));
  for (const [name, variable] of Object.entries(limitVariables)) {
    const [, limit = ''] = rows.find(([, , cell]) => cell === `\`${name}\``) ?? [];
    const value = variable.parse(undefined);
    expect([name, figures(limit)]).toEqual([name, [name.endsWith('_MS') ? value / 1_000 : value]]);
  }
  const limitOf = (what: string) => figures(rows.find(([cell]) => cell === what)?.[1] ?? '');
  expect(limitOf('address with its query')).toEqual([URL_CHARS_MAX]);
  expect(limitOf('body')[0]).toBe(BODY_BYTES_MAX / 1024 ** 2);
  expect(limitOf('failed sign-ins in 15 minutes, by name, by address')).toEqual([
    FAILURES_PER_USER_MAX,
    FAILURES_PER_ADDRESS_MAX,
  ]);
});
