import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Users } from './users';

const HASH = `scrypt.15.8.3.${'a'.repeat(22)}.${'b'.repeat(43)}`;

let dir = '';
let file = '';
const told: string[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'shield-users-'));
  file = join(dir, 'users');
  told.length = 0;
});
afterEach(() => rmSync(dir, { recursive: true }));

/** As editors and Kubernetes do it: another file takes the name. */
function write(text: string): void {
  writeFileSync(join(dir, 'new'), text);
  renameSync(join(dir, 'new'), file);
}

function open(): Users {
  return new Users({ file }, (_, message) => told.push(message));
}

describe('Users', () => {
  it('knows who was added and who was taken out when it looks again', () => {
    write(`ann viewer ${HASH}\nbob viewer ${HASH}\n`);
    const users = open();
    write(`bob admin ${HASH}\ncy viewer ${HASH}\n`);
    users.lookAgain();
    expect(users.find('ann')).toBeNull();
    expect(users.find('bob')?.role).toBe('admin');
    expect(users.find('cy')).not.toBeNull();
    expect(told).toEqual(['the users file was read again']);
  });

  it('leaves a wrong line out, so that who was taken out is out whatever else is wrong', () => {
    write(`ann viewer ${HASH}\nbob viewer ${HASH}\n`);
    const users = open();
    write(`ann viewer ${HASH} disabled\nbob viewer oops\n`);
    users.lookAgain();
    expect([users.find('ann'), users.find('bob')]).toEqual([null, null]);
  });

  it('keeps its users while the file is away, says so once, and reads it when it is back', () => {
    write(`ann viewer ${HASH}\n`);
    const users = open();
    rmSync(file);
    users.lookAgain();
    users.lookAgain();
    expect(users.find('ann')).not.toBeNull();
    expect(told).toEqual(['the users file cannot be read; its users stay as they were']);
    write(`bob viewer ${HASH}\n`);
    users.lookAgain();
    expect([users.find('ann'), users.find('bob')?.name]).toEqual([null, 'bob']);
  });

  it('does not begin with wrong lines, with nobody, or without its file', () => {
    write(`ann viewer ${HASH}\nbob king x\n`);
    expect(open).toThrow(/wrong_user_line[\s\S]*line 2/);
    write('# nobody\n');
    expect(open).toThrow(/no_users/);
    rmSync(file);
    expect(open).toThrow(/no_users_file.*ENOENT/);
  });

  it('forgets a token when its time is over', () => {
    const digest = 'c'.repeat(64);
    const text = `ann viewer ${HASH}, bot viewer sha256.${digest} expires=2030-01-31`;
    const users = new Users({ text }, () => undefined);
    expect(users.findToken(digest, Date.parse('2030-01-31T12:00Z'))?.name).toBe('bot');
    expect(users.findToken(digest, Date.parse('2030-02-01T00:00Z'))).toBeNull();
  });
});
