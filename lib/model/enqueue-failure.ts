import type { ProblemDetails } from './errors';
import { explainRedisTrouble } from './redis-trouble';

/** A failed enqueue for people: what happened to the task, and what to do. */
export interface EnqueueFailure {
  /** `known`: nothing was written. `unknown`: it may have been. */
  outcome: 'known' | 'unknown';
  title: string;
  cure: string;
  /** Whether sending the same once more can help. */
  canRetry: boolean;
}

const SAFE_RETRY =
  'Send it again: the same idempotency key goes with it, so the task is added once however often it is sent.';

/** Explains an answer to `POST /api/tasks`; null where no answer came. */
export function explainEnqueueFailure(problem: ProblemDetails | null): EnqueueFailure {
  if (problem === null) {
    return {
      outcome: 'unknown',
      title: 'No answer came. It is not known whether the task was written.',
      cure: SAFE_RETRY,
      canRetry: true,
    };
  }
  if (problem.status === 504) {
    return {
      outcome: 'unknown',
      title: 'Redis did not answer in time. It is not known whether the task was written.',
      cure: SAFE_RETRY,
      canRetry: true,
    };
  }
  const nothing = { outcome: 'known', canRetry: true } as const;
  switch (problem.status) {
    case 422:
      return {
        ...nothing,
        title: 'Nothing was written: the task has wrong fields.',
        cure: problem.detail,
        canRetry: false,
      };
    case 503:
    case 507:
      return {
        ...nothing,
        title: `Nothing was written. ${problem.detail}`,
        cure:
          problem.code === 'stopping'
            ? 'The dashboard is being restarted: send it again in a moment.'
            : explainRedisTrouble(problem.code).cure,
      };
    default:
      return { ...nothing, title: `Nothing was written. ${problem.title}.`, cure: problem.detail };
  }
}
