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

  /** The enqueued task, or null where it failed (see `state`) or one is being sent. */
  const enqueue = async (input: TaskInput): Promise<EnqueuedTask | null> => {
    if (sending.current) return null;
    sending.current = true;
    setState({ phase: 'sending' });
    const body = JSON.stringify(input);
    try {
      const task = await fetchJson<EnqueuedTask>('/api/tasks', {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', 'idempotency-key': key.for(body) },
      });
      key.spend();
      setState({ phase: 'done', task });
      return task;
    } catch (error) {
      setState({ phase: 'failed', problem: error instanceof RequestError ? error.problem : null });
      return null;
    } finally {
      sending.current = false;
    }
  };

  return { state, enqueue, dismiss: () => setState({ phase: 'idle' }) };
}
