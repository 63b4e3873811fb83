'use client';

import { Lock, Send } from 'lucide-react';
import { type FormEvent, type MouseEvent, useEffectEvent, useLayoutEffect, useRef } from 'react';
import { Button } from '@/components/ui/button';
import { useEnqueueTask } from '@/lib/browser/use-enqueue-task';
import { useHydrated } from '@/lib/browser/use-hydrated';
import { useVisitor } from '@/lib/browser/visitor';
import { EnqueueAnswer } from './enqueue-answer';
import { TaskFields } from './task-fields';
import { TaskPreview } from './task-preview';
import { type TaskIds, useTaskForm } from './use-task-form';

interface Props {
  /** Where tasks go. */
  stream: string;
  /** Made on the server, so that the first HTML shows them. */
  firstIds: TaskIds;
}

/** One task, every field of it; what will be written beside it; what became of it below. */
export function EnqueueForm({ stream, firstIds }: Props) {
  const task = useTaskForm(firstIds);
  const { state, enqueue, dismiss } = useEnqueueTask();
  const element = useRef<HTMLFormElement>(null);
  const hydrated = useHydrated();
  const sending = state.phase === 'sending';
  const refusal = useVisitor().refusals.enqueue;
  const takeEarlyText = useEffectEvent(() => {
    if (element.current) task.takeFrom(element.current.elements);
  });
  useLayoutEffect(() => takeEarlyText(), []);

  const send = async () => {
    task.showAll();
    task.refuse([]);
    if (task.reading.input === null) {
      dismiss();
      requestAnimationFrame(() => focusFirstMistake(element.current));
      return;
    }
    const answer = await enqueue(task.reading.input);
    if (answer.phase === 'done') task.renewIds();
    if (answer.phase === 'failed') task.refuse(answer.problem?.errors ?? []);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!refusal) void send();
  };
  return (
    <div className="grid gap-8 xl:grid-cols-[minmax(0,44rem)_minmax(0,1fr)]">
      <form ref={element} noValidate onSubmit={submit} className="min-w-0">
        <TaskFields
          form={task.form}
          errorsOf={task.errorsOf}
          onChange={task.change}
          onLeave={task.leave}
        />
        <div className="mt-6 flex flex-wrap items-center gap-2">
          <Button
            // Before the page listens the browser would leave it, with the task in the address.
            type={hydrated ? 'submit' : 'button'}
            variant="primary"
            icon={<Send aria-hidden />}
            disabled={refusal !== undefined}
            aria-disabled={sending}
            aria-describedby={refusal && 'enqueue-refusal'}
            onClick={ignoreSecondOfDoubleClick}
          >
            {sending ? 'Enqueueing…' : 'Enqueue task'}
          </Button>
          <Button variant="quiet" onClick={task.clear}>
            Empty the form
          </Button>
          {refusal && (
            <p id="enqueue-refusal" className="flex items-center gap-1.5 text-13 text-quiet">
              <Lock aria-hidden className="size-3.5 shrink-0" />
              {refusal}
            </p>
          )}
        </div>
        <EnqueueAnswer state={state} strayErrors={task.strayErrors} onRetry={send} />
      </form>
      <TaskPreview stream={stream} form={task.form} />
    </div>
  );
}

/** A fast server answers between the two: the second would add another task. */
function ignoreSecondOfDoubleClick(event: MouseEvent) {
  if (event.detail > 1) event.preventDefault();
}

function focusFirstMistake(form: HTMLFormElement | null) {
  form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
}
