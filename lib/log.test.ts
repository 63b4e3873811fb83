import { describe, expect, it } from 'vitest';
import { createLog, logInfoJson } from './log';
import { DashboardError } from './model/errors';

/** A log, and the lines it wrote. */
function logInto(level = 'info') {
  const lines: string[] = [];
  const log = createLog(level, { write: (line) => lines.push(line) });
  return { log, lines, entries: () => lines.map((line) => JSON.parse(line)) };
}

describe('the log', () => {
  it('is a line of JSON an entry, with an ISO time', () => {
    const { log, lines, entries } = logInto();
    log.info({ port: 3000 }, 'listening\nhere');
    expect(lines[0]).toMatch(/^\{[^\n]*\}\n$/);
    expect(entries()).toEqual([
      { level: 30, time: expect.stringMatching(/^\d{4}-.*Z$/), port: 3000, msg: 'listening\nhere' },
    ]);
  });

  it('keeps to its level', () => {
    const { log, lines } = logInto('warn');
    log.info('no');
    log.warn('yes');
    expect(lines).toHaveLength(1);
  });

  it('writes fields that are JSON already as it writes others, and keeps to its level there too', () => {
    const { log, lines } = logInto();
    const fields = { path: '/"\\\u2028é', status: 200, complete: true };
    log.info(fields, 'request');
    logInfoJson(log, JSON.stringify(fields).slice(1, -1), 'request');
    const [usual, ready] = lines.map((line) => line.replace(/"time":"[^"]+"/, ''));
    expect(ready).toBe(usual);
    const quiet = logInto('warn');
    logInfoJson(quiet.log, '"a":1', 'request');
    expect(quiet.lines).toEqual([]);
  });

  it('tells of an error its name, code, message and stack, and nothing that hangs on it', () => {
    const command = { name: 'auth', args: ['hunter2'] };
    const foreign = Object.assign(new Error('WRONGPASS'), { command, parent: command });
    for (const key of ['error', 'err']) {
      const { log, lines, entries } = logInto();
      log.error({ [key]: new DashboardError('redis_error', 'no', { cause: foreign }) }, 'failed');
      log.error({ [key]: foreign }, 'failed');
      expect(entries().map((entry) => Object.keys(entry[key]))).toEqual([
        ['name', 'code', 'message', 'stack'],
        ['name', 'message', 'stack'],
      ]);
      expect(lines.join('')).not.toContain('hunter2');
    }
  });

  it('says so where something else than an error was thrown', () => {
    const { log, entries } = logInto();
    log.error({ error: { password: 'hunter2' } }, 'failed');
    expect(entries()[0].error).toEqual({ message: 'something that is no Error was thrown' });
  });
});
