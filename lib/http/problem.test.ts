import { describe, expect, it } from 'vitest';
import { DashboardError, ERROR_CODES, type ErrorCode } from '@/lib/model/errors';
import { problemHeaders, toProblem } from './problem';

const codes = Object.keys(ERROR_CODES) as ErrorCode[];

describe('toProblem', () => {
  it.each(codes)('tells %s with its status, its title and what was said', (code) => {
    expect(toProblem(new DashboardError(code, 'Said so.'), 'r1')).toEqual({
      type: `urn:shield-dashboard:error:${code}`,
      title: ERROR_CODES[code].title,
      status: ERROR_CODES[code].status,
      detail: 'Said so.',
      code,
      request_id: 'r1',
    });
  });

  it('names the wrong fields, and leaves out what there is not', () => {
    const errors = [{ field: 'content', message: 'content is empty' }];
    const problem = toProblem(new DashboardError('invalid_task', 'x', { errors }), null);
    expect(problem.errors).toEqual(errors);
    expect(problem).not.toHaveProperty('request_id');
  });

  it.each([new Error('password hunter2'), 'hunter2', null, { code: 'not_found' }])(
    'says nothing of what nobody foresaw: %s',
    (error) => {
      const problem = toProblem(error, 'r1');
      expect(problem).toMatchObject({ status: 500, code: 'internal', request_id: 'r1' });
      expect(JSON.stringify(problem)).not.toContain('hunter2');
    },
  );

  it('does not tell the cause', () => {
    const error = new DashboardError('redis_error', 'x', { cause: new Error('hunter2') });
    expect(JSON.stringify(toProblem(error, null))).not.toContain('hunter2');
  });
});

describe('problemHeaders', () => {
  it('say when to try again where that may help, and only there', () => {
    const waits = codes.filter((code) => 'retry-after' in problemHeaders(code));
    expect(waits.sort()).toEqual([
      'address_limit',
      'audit_unavailable',
      'redis_cluster_down',
      'redis_loading',
      'redis_read_only',
      'redis_slot_moving',
      'redis_timeout',
      'redis_unreachable',
      'scan_limit',
      'stopping',
      'stream_limit',
      'subscriber_limit',
      'user_limit',
    ]);
    expect(problemHeaders('outcome_unknown')).toEqual({
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
    });
  });
});
