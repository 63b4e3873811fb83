import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
let house = '';

beforeAll(() => {
  house = mkdtempSync(join(tmpdir(), 'shield-layering-'));
  const rules = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'));
  const { $schema: _schema, ...config } = { ...rules, vcs: { enabled: false } };
  writeFileSync(join(house, 'biome.json'), JSON.stringify(config));
});
afterAll(() => rmSync(house, { recursive: true }));

/**
 * Lints one file of that path and source under the project's rules.
 * @param {string} path
 * @param {string} source
 */
function lint(path, source) {
  const file = join(house, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, source);
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  const run = spawnSync(process.execPath, [biome, 'lint', '--colors=off', path], {
    cwd: house,
    encoding: 'utf8',
  });
  return run.stdout + run.stderr;
}

const violations = [
  ['lib/model/a.ts', "import { a } from '@/lib/redis/connect';", 'model imports another room'],
  ['lib/model/b.ts', "import a from 'node:fs';", 'model leaves the browser behind'],
  ['lib/feed/a.ts', "import { Redis as a } from 'ioredis';", 'ioredis outside lib/redis'],
  ['lib/feed/b.ts', "import { a } from '@/lib/monitor/sampler';", 'feed imports monitor'],
  ['lib/http/a.ts', "import { a } from '@/lib/redis/connect';", 'http imports redis'],
  ['lib/browser/a.ts', "import { a } from '@/lib/runtime';", 'the browser imports the server'],
  ['lib/runtime/a.ts', "import { a } from '@/lib/browser/fetcher';", 'a wing imports the browser'],
  ['lib/feed/c.ts', "import { a } from '@/lib/runtime/standing';", 'a room imports a wing'],
  ['app/b.ts', "import { a } from '@/lib/runtime/standing';", 'a route passes the runtime by'],
  ['components/ui/a.tsx', "import { a } from '@/lib/model/lag';", 'a primitive knows the domain'],
  ['components/tail/a.tsx', "import { a } from '@/lib/redis/connect';", 'a screen imports redis'],
  ['app/a.tsx', "import { a } from '@/lib/redis/connect';", 'a page imports redis'],
  ['server.ts', "import { a } from '@/lib/redis/connect';", 'the process imports redis'],
  ['lib/redis/a.ts', "import { a } from '../model/lag';", 'a room is left by a relative path'],
  ['lib/monitor/a.ts', "const a = await import('@/lib/feed/reader');", 'an import that hides'],
];

describe('the layering rules', () => {
  it.each(violations)('refuse %s: %s (%s)', (path, source) => {
    expect(lint(path, `${source}\nexport const y = a;\n`)).toContain('noRestrictedImports');
  });

  it('let through what the table of rooms allows', () => {
    const source = "import type { Lag } from '@/lib/model/lag';\nexport type X = Lag;\n";
    expect(lint('lib/monitor/x.ts', source)).not.toContain('noRestrictedImports');
  });

  it('refuse a cycle, of types too', () => {
    lint('lib/model/egg.ts', "import type { Hen } from './hen';\nexport type Egg = Hen | null;\n");
    const hen = "import type { Egg } from './egg';\nexport type Hen = { egg: Egg };\n";
    expect(lint('lib/model/hen.ts', hen)).toContain('noImportCycles');
  });
});
