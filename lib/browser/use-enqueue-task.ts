import { useRef, useState } from 'react';
import type { ProblemDetails } from '@/lib/model/errors';
import type { EnqueuedTask, TaskInput } from '@/lib/model/task';
import { fetchJson, RequestError } from './fetcher';
import { IdempotencyKey } from './idempotency-key';
import { randomUuid } from './uuid';

/** How the last enqueue went. `problem` is null where no answer came. */
export type EnqueueState =
  | { phase: 'idle' }
  | { phase: 'sending' }
  | { phase: 'done'; task: EnqueuedTask }
  | { phase: 'failed'; problem: ProblemDetails | null };

/** Puts tasks on the queue, one at a time; a repeat of one that may have arrived adds nothing. */
export function useEnqueueTask() {
  const [state, setState] = useState<EnqueueState>({ phase: 'idle' });
  const [key] = useState(() => new IdempotencyKey(randomUuid));
  const sending = useRef(false);

  /** How it went, as `state` then says it; `sending` where one is being sent already. */
  const enqueue = async (input: TaskInput): Promise<EnqueueState> => {
    if (sending.current) return { phase: 'sending' };
    sending.current = true;
    setState({ phase: 'sending' });
    const answer = await send(input);
    sending.current = false;
    setState(answer);
    return answer;
  };

  const send = async (input: TaskInput): Promise<EnqueueState> => {
    const body = JSON.stringify(input);
    try {
      const task = await fetchJson<EnqueuedTask>('/api/tasks', {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', 'idempotency-key': key.for(body) },
      });
      key.spend();
      return { phase: 'done', task };
    } catch (error) {
      return { phase: 'failed', problem: error instanceof RequestError ? error.problem : null };
    }
  };

  return { state, enqueue, dismiss: () => setState({ phase: 'idle' }) };
}
