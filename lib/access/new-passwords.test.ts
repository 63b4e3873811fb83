import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { DEFAULT_COST, hashOfNobody, isPassword } from './password';
import { parseUsers } from './users-file';

const SCRIPT = fileURLToPath(new URL('../../scripts/user.mjs', import.meta.url));

function makeUser(password: string, name = 'ann') {
  return spawnSync(process.execPath, [SCRIPT, name, 'viewer'], {
    input: password,
    encoding: 'utf8',
  });
}

describe('a new password', () => {
  it.each(['ütwórd kñfè', '🦊🐢🦉🐙🦀🐝🦋🐌🐞'])(
    'has twelve characters at least: not %s',
    (password) => {
      expect(makeUser(password).status).toBe(1);
    },
  );

  it.each([
    ['just long enough', 'ütwórd kñfè!'],
    ['digits and spaces', '730 192 846 507'],
    ['signs of any script', '🦊 🐢 λόγον 語 ñ '],
    ['as long as anybody likes to type', `${'x7 q2 '.repeat(170)}end`],
  ])('may be %s', async (_, password) => {
    const { stdout, stderr } = makeUser(password);
    expect(stderr).toBe('');
    const hash = parseUsers(stdout).users.get('ann')?.hash;
    expect(await isPassword(password, hash ?? hashOfNobody(DEFAULT_COST))).toBe(true);
  });

  it.each([
    ['the name', 'maria.lopez123', 'maria.lopez'],
    ['words of this place', 'Shield-Dashboard-2026', 'ann'],
    ['a likely word and a count', 'Password12345678', 'ann'],
    ['the alphabet', 'abcdefghijklmnop', 'ann'],
    ['a row of keys', 'qwertyuiop12', 'ann'],
  ])('is not made of %s alone', (_, password, name) => {
    const { status, stdout, stderr } = makeUser(password, name);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('too easy to guess');
    expect(stderr).not.toContain(password);
  });

  it('is kept at the cost that the house asks for, and without an end', () => {
    const { ln, r, p } = DEFAULT_COST;
    const line = makeUser('correct horse battery').stdout.trim();
    expect(line).toContain(` scrypt.${ln}.${r}.${p}.`);
    // A salt of its own each time.
    expect(makeUser('correct horse battery').stdout.trim()).not.toBe(line);
    expect(parseUsers(line).mistakes).toEqual([]);
    expect(parseUsers(`${line} expires=2030-01-31`).mistakes).toHaveLength(1);
  });
});
