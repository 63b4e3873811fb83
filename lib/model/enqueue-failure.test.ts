import { describe, expect, it } from 'vitest';
import { explainEnqueueFailure } from './enqueue-failure';
import { ERROR_CODES, type ErrorCode } from './errors';

const problem = (code: ErrorCode) => ({
  type: 'about:blank',
  detail: 'A sentence.',
  code,
  ...ERROR_CODES[code],
});

describe('a failed enqueue', () => {
  it('is of unknown outcome only where the task may have been written', () => {
    expect(explainEnqueueFailure(null).outcome).toBe('unknown');
    expect(explainEnqueueFailure(problem('outcome_unknown')).outcome).toBe('unknown');
    expect(explainEnqueueFailure(problem('redis_unreachable')).outcome).toBe('known');
    expect(explainEnqueueFailure(problem('redis_out_of_memory')).outcome).toBe('known');
  });

  it('says how an unknown outcome is made sure', () => {
    expect(explainEnqueueFailure(null).cure).toContain('added once');
  });

  it('has a cure for a Redis in trouble', () => {
    expect(explainEnqueueFailure(problem('redis_unreachable'))).toMatchObject({
      title: 'Nothing was written. A sentence.',
      canRetry: true,
    });
    expect(explainEnqueueFailure(problem('redis_out_of_memory')).cure).toContain('maxmemory');
  });

  it('asks for no retry of what is wrong in itself', () => {
    expect(explainEnqueueFailure(problem('invalid_task')).canRetry).toBe(false);
  });
});
