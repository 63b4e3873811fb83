import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DashboardError, ERROR_CODES } from './errors';

/** `| <a id="code"></a>`code` | status | meaning | what to do |`, one a line. */
const ROW = /^\| <a id="(\w+)"><\/a>`(\w+)` \| (\d{3}) \| (.+) \| (.+) \|$/;
const rows = readFileSync('docs/errors.md', 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, id, code, status, meaning, cure] = ROW.exec(line) ?? [];
    return code === undefined ? [] : [{ id, code, status: Number(status), meaning, cure }];
  });

describe('docs/errors.md', () => {
  it('has one row for each code, with its status, and none for a code that is not there', () => {
    const documented = rows.map(({ code, status }) => [code, status]);
    const wanted = Object.entries(ERROR_CODES).map(([code, { status }]) => [code, status]);
    expect(documented.toSorted()).toEqual(wanted.toSorted());
  });

  it('can be linked to by code, and says cause and cure in sentences', () => {
    for (const { id, code, meaning, cure } of rows) {
      expect(id).toBe(code);
      expect(meaning).toMatch(/^[A-Z`].{15,}\.$/);
      expect(cure).toMatch(/^[A-Z`].{10,}\.$/);
    }
  });
});

describe('DashboardError', () => {
  it('is known by its brand, wherever its class was loaded', () => {
    const foreign = Object.assign(new Error('x'), {
      [Symbol.for('shield-dashboard.error')]: true,
    });
    expect(foreign instanceof DashboardError).toBe(true);
    expect(new DashboardError('internal', 'x') instanceof DashboardError).toBe(true);
    for (const other of [new Error('x'), null, undefined, 'x', {}]) {
      expect(other instanceof DashboardError).toBe(false);
    }
  });

  it('is an Error with a code, a message and its cause', () => {
    const cause = new Error('inner');
    const error = new DashboardError('not_found', 'Nothing.', { cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'DashboardError', code: 'not_found', message: 'Nothing.' });
    expect(error.cause).toBe(cause);
    expect('cause' in new DashboardError('not_found', 'Nothing.')).toBe(false);
  });
});
