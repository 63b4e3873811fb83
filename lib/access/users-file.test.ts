import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { hashOfNobody, isPassword, parsePasswordHash } from './password';
import { parseUsers } from './users-file';

const SCRIPT = fileURLToPath(new URL('../../scripts/user.mjs', import.meta.url));
/** Of "a quiet instrument", with the least cost that is taken. */
const HASH = makeUser(['ann', 'viewer'], 'correct horse battery').stdout.trim().split(' ')[2] ?? '';

function makeUser(args: string[], password = '') {
  return spawnSync(process.execPath, [SCRIPT, ...args], { input: password, encoding: 'utf8' });
}

describe('npm run user', () => {
  it('makes a line whose password is the one it was given, and no other', async () => {
    const { stdout, status } = makeUser(['ann@example', 'operator'], 'pässwörd, fourteen\n');
    expect(status).toBe(0);
    const { users, mistakes } = parseUsers(stdout);
    expect(mistakes).toEqual([]);
    const user = users.get('ann@example');
    expect(user?.role).toBe('operator');
    const hash = user?.hash ?? hashOfNobody({ ln: 14, r: 8, p: 1 });
    expect(await isPassword('pässwörd, fourteen', hash)).toBe(true);
    expect(await isPassword('pässwörd, fourteen'.normalize('NFD'), hash)).toBe(true);
    expect(await isPassword('pässwörd, fourteen ', hash)).toBe(false);
    expect(stdout).not.toContain('fourteen');
  });

  it('makes a token, shown apart from the line that keeps its hash', () => {
    const { stdout, stderr } = makeUser(['--token', 'prometheus', 'viewer', 'expires=2030-01-31']);
    const token = /shield_[\w-]{43}/.exec(stderr)?.[0] ?? 'none';
    const [kept] = parseUsers(stdout).tokens.values();
    expect(kept).toMatchObject({ name: 'prometheus', role: 'viewer' });
    expect(kept?.expiresAtMs).toBe(Date.parse('2030-01-31T23:59:59.999Z'));
    expect(stdout).not.toContain(token);
  });

  it.each([
    [['ann', 'viewer'], 'short'],
    [['ann', 'king'], 'correct horse battery'],
    [['ann:b', 'viewer'], 'correct horse battery'],
    [['ann'], 'correct horse battery'],
    [['--token', 'ann', 'viewer', 'expires=tomorrow'], ''],
  ])('refuses %j with the password %j', (args, password) => {
    const { status, stdout, stderr } = makeUser(args, password);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).not.toBe('');
  });
});

describe('parseUsers', () => {
  it('takes lines and commas, comments and who is disabled', () => {
    const text = `# people\nann viewer ${HASH}\r\n\n  bob admin ${HASH} , cy operator ${HASH} disabled\n`;
    const { users, mistakes } = parseUsers(text);
    expect(mistakes).toEqual([]);
    expect([...users.values()].map(({ name, role }) => [name, role])).toEqual([
      ['ann', 'viewer'],
      ['bob', 'admin'],
    ]);
  });

  it('tells every wrong line by its number, repeats nothing of it, and keeps the others', () => {
    const lines = [
      `ann viewer ${HASH}`,
      `ann admin ${HASH}`,
      `b:ob viewer ${HASH}`,
      `cy king ${HASH}`,
      'dee viewer hunter2',
      `eve viewer ${HASH} often`,
      'finn viewer',
      'gil viewer sha256.abc',
      `hal viewer sha256.${'a'.repeat(64)} expires=soon`,
    ];
    const { users, tokens, mistakes } = parseUsers(lines.join('\n'));
    expect([...users.keys()]).toEqual(['ann']);
    expect(tokens.size).toBe(0);
    expect(mistakes.map((mistake) => mistake.split(':')[0])).toEqual(
      [2, 3, 4, 5, 6, 7, 8, 9].map((at) => `line ${at}`),
    );
    expect(mistakes.join()).not.toMatch(/hunter2|b:ob|king,|soon,/);
  });

  it('reads whose streams are whose, and takes nothing for all by mistake', () => {
    const digest = 'a'.repeat(64);
    const { users, tokens } = parseUsers(
      [
        `ann viewer ${HASH} streams=prod:*;billing`,
        `bob viewer ${HASH}`,
        `cy viewer ${HASH} streams=x disabled`,
        `bot viewer sha256.${digest} streams=a;;b expires=2030-01-31`,
        `dee viewer ${HASH} streams=*`,
      ].join('\n'),
    );
    expect(users.get('ann')?.streams).toEqual(['prod:*', 'billing']);
    expect(users.get('bob')).not.toHaveProperty('streams');
    expect(users.has('cy')).toBe(false);
    expect(users.get('dee')).not.toHaveProperty('streams');
    expect(tokens.get(digest)?.streams).toEqual(['a', 'b']);
    for (const wrong of ['streams=', 'streams=;', 'streams=a streams=b', 'stream=a', 'Streams=a']) {
      const { users: none, mistakes } = parseUsers(`ann viewer ${HASH} ${wrong}`);
      expect([wrong, none.size, mistakes.length]).toEqual([wrong, 0, 1]);
    }
  });

  it('gives another fingerprint to another password', () => {
    const other = makeUser(['ann', 'viewer'], 'correct horse battery').stdout;
    const before = parseUsers(`ann viewer ${HASH}`).users.get('ann')?.fingerprint;
    expect(parseUsers(other).users.get('ann')?.fingerprint).not.toBe(before);
  });
});

describe('parsePasswordHash', () => {
  const [, , , , salt = '', key = ''] = HASH.split('.');

  it.each([
    ['too cheap', `scrypt.13.8.1.${salt}.${key}`],
    ['too dear for the process', `scrypt.20.8.1.${salt}.${key}`],
    ['no work at all', `scrypt.15.8.0.${salt}.${key}`],
    ['a short key', `scrypt.15.8.3.${salt}.abc`],
    ['another kind', '$2b$12$abcdefghijklmnopqrstuv'],
    ['plain text', 'hunter2'],
  ])('refuses %s', (_, text) => {
    expect(parsePasswordHash(text)).toBeNull();
  });
});
