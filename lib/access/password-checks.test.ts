import { describe, expect, it } from 'vitest';
import { hasErrorCode } from '@/lib/model/errors';
import { DEFAULT_COST, hashOfNobody } from './password';
import { AT_ONCE_MAX, PasswordChecks, WAITING_MAX } from './password-checks';

const HASH = hashOfNobody(DEFAULT_COST);

/** Checks that end when they are told to, in any order. */
function make() {
  const running = new Map<string, { resolve: (isRight: boolean) => void; reject: () => void }>();
  const begun: string[] = [];
  const checks = new PasswordChecks((password) => {
    begun.push(password);
    return new Promise((resolve, reject) => {
      running.set(password, { resolve, reject: () => reject(new Error('scrypt failed')) });
    });
  });
  const check = (password: string) => checks.check(password, HASH);
  const end = (password: string, isRight = false) => {
    running.get(password)?.resolve(isRight);
    running.delete(password);
  };
  return { check, end, begun, running };
}

const codeOf = (check: Promise<boolean>) =>
  check.then(
    (isRight) => String(isRight),
    (error) => (hasErrorCode(error, 'sign_in_limit') ? error.code : error),
  );

describe('PasswordChecks', () => {
  it('runs a few at once, and the others in the order they came', async () => {
    const { check, end, begun, running } = make();
    const names = Array.from({ length: AT_ONCE_MAX + 3 }, (_, n) => `p${n}`);
    const ends = names.map((name) => check(name));
    expect(begun).toEqual(names.slice(0, AT_ONCE_MAX));
    for (const [at, name] of names.entries()) {
      expect(running.size).toBeLessThanOrEqual(AT_ONCE_MAX);
      end(name, at % 2 === 0);
      expect(await ends[at]).toBe(at % 2 === 0);
    }
    expect(begun).toEqual(names);
    // All places are free again.
    const [last] = [check('last')];
    expect(begun.at(-1)).toBe('last');
    end('last', true);
    expect(await last).toBe(true);
  });

  it('lets so many wait and turns away the next, whose password is not looked at', async () => {
    const { check, end, begun } = make();
    const ends = Array.from({ length: AT_ONCE_MAX + WAITING_MAX }, (_, n) => check(`p${n}`));
    expect(await codeOf(check('one too many'))).toBe('sign_in_limit');
    end('p0');
    await ends[0];
    // Its place in the queue is free, and is taken.
    const late = check('late');
    expect(await codeOf(check('one too many again'))).toBe('sign_in_limit');
    for (let n = 1; n < ends.length; n++) {
      end(`p${n}`);
      await ends[n];
    }
    end('late', true);
    expect(await late).toBe(true);
    expect(begun).toHaveLength(AT_ONCE_MAX + WAITING_MAX + 1);
    expect(begun.join()).not.toContain('too many');
  });

  it('goes on after a check that failed', async () => {
    const { check, running, end } = make();
    const ends = Array.from({ length: AT_ONCE_MAX + 1 }, (_, n) => check(`p${n}`));
    running.get('p0')?.reject();
    await expect(ends[0]).rejects.toThrow('scrypt failed');
    for (let n = 1; n <= AT_ONCE_MAX; n++) end(`p${n}`, true);
    expect(await Promise.all(ends.slice(1))).toEqual(ends.slice(1).map(() => true));
  });
});
