import { useEffect, useRef } from 'react';
import { VisibleText } from '@/components/entry/visible-text';
import { Button } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy-button';
import { KeyValue } from '@/components/ui/key-value';
import { Notice } from '@/components/ui/notice';
import { TextLink } from '@/components/ui/text-link';
import type { EnqueueState } from '@/lib/browser/use-enqueue-task';
import { explainEnqueueFailure } from '@/lib/model/enqueue-failure';
import type { FieldError, ProblemDetails } from '@/lib/model/errors';
import { streamPageHref } from '@/lib/model/stream-href';
import type { EnqueuedTask } from '@/lib/model/task';

interface Props {
  state: EnqueueState;
  /** What the server found wrong and no field can show. */
  strayErrors: readonly FieldError[];
  onRetry: () => void;
}

/** What became of the last task that was sent. */
export function EnqueueAnswer({ state, strayErrors, onRetry }: Props) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (state.phase === 'done' || state.phase === 'failed') {
      place.current?.scrollIntoView({ block: 'nearest' });
    }
  }, [state]);
  return (
    <div ref={place} role="status" className="mt-4 scroll-mb-24 empty:hidden">
      {state.phase === 'done' && <Enqueued task={state.task} />}
      {state.phase === 'failed' && (
        <Failed problem={state.problem} strayErrors={strayErrors} onRetry={onRetry} />
      )}
    </div>
  );
}

function Enqueued({ task }: { task: EnqueuedTask }) {
  const ids = [
    ['job_id', task.job_id],
    ['chunk_id', task.chunk_id],
  ] as const;
  return (
    <Notice tone="info" title="The task is on the queue.">
      <KeyValue
        className="mt-2 items-center text-ink"
        items={[
          {
            key: 'entry',
            value: (
              <span className="flex items-center gap-1">
                <TextLink
                  className="font-mono text-12"
                  href={streamPageHref(task.stream, {}, task.message_id)}
                >
                  {task.message_id}
                </TextLink>
                <CopyButton text={task.message_id} label="Copy the entry id" />
              </span>
            ),
          },
          {
            key: 'stream',
            value: (
              <TextLink href={streamPageHref(task.stream)}>
                <VisibleText text={task.stream} />
              </TextLink>
            ),
          },
          ...ids.map(([key, id]) => ({
            key,
            value: (
              <span className="flex items-center gap-1 font-mono text-12">
                <VisibleText text={id} />
                <CopyButton text={id} label={`Copy the ${key}`} />
              </span>
            ),
          })),
        ]}
      />
      <p className="mt-2">The form has new ids and keeps the rest, ready for another one.</p>
    </Notice>
  );
}

function Failed({
  problem,
  strayErrors,
  onRetry,
}: {
  problem: ProblemDetails | null;
  strayErrors: readonly FieldError[];
  onRetry: () => void;
}) {
  const { outcome, title, cure, canRetry } = explainEnqueueFailure(problem);
  return (
    <Notice
      tone={outcome === 'unknown' ? 'warn' : 'bad'}
      title={title}
      actions={
        canRetry && (
          <Button size="sm" onClick={onRetry}>
            {outcome === 'unknown' ? 'Send again safely' : 'Send again'}
          </Button>
        )
      }
    >
      <p>{cure}</p>
      {strayErrors.length > 0 && (
        <ul className="mt-1 list-disc pl-4">
          {strayErrors.map(({ field, message }) => (
            <li key={`${field} ${message}`}>
              {field && <span className="font-mono text-12">{field}: </span>}
              {message}
            </li>
          ))}
        </ul>
      )}
      {problem && (
        <p className="mt-1 font-mono text-12 text-faint">
          {problem.code}
          {problem.request_id && ` · request ${problem.request_id}`}
        </p>
      )}
    </Notice>
  );
}
