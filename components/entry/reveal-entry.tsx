'use client';

import { Eye, EyeOff, Lock } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Field, Input } from '@/components/ui/field';
import { Notice } from '@/components/ui/notice';
import type { useReveal } from '@/lib/browser/use-reveal';
import { useVisitor } from '@/lib/browser/visitor';
import { countOf } from '@/lib/model/count';

const REASON_CHARS_MAX = 512;

interface Props {
  /** How many of the entry’s fields hold something masked. */
  fields: number;
  revealing: ReturnType<typeof useReveal>;
}

/** Says that values are masked, and shows them to who may see them: that is recorded. */
export function RevealEntry({ fields, revealing }: Props) {
  const refusal = useVisitor().refusals.reveal;
  const [reason, setReason] = useState('');
  const { phase, problem, reveal, hide } = revealing;
  if (phase === 'revealed') {
    return (
      <Notice
        tone="warn"
        role="status"
        title="Revealed, and recorded in the audit."
        actions={
          <Button size="sm" icon={<EyeOff aria-hidden />} onClick={hide}>
            Mask again
          </Button>
        }
      >
        Everybody else goes on seeing masks. What you copy from here holds the values.
      </Notice>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void reveal(reason);
  };
  return (
    <Notice tone="plain" title={`Values in ${countOf(fields, 'field')} are masked.`}>
      <p>The server masks what REDACT_FIELDS names, before anybody is sent it.</p>
      {refusal ? (
        <p className="mt-1.5 flex items-center gap-1.5">
          <Lock aria-hidden className="size-3.5 shrink-0" />
          {refusal}
        </p>
      ) : (
        <form onSubmit={submit} className="mt-2 flex flex-wrap items-end gap-2">
          <Field label="Reason" optional className="min-w-40 flex-1">
            <Input
              value={reason}
              maxLength={REASON_CHARS_MAX}
              autoComplete="off"
              onChange={(event) => setReason(event.target.value)}
            />
          </Field>
          <Button type="submit" icon={<Eye aria-hidden />} aria-disabled={phase === 'asking'}>
            {phase === 'asking' ? 'Revealing…' : 'Reveal'}
          </Button>
          <p className="w-full text-12 text-faint">
            The audit keeps who revealed which entry and why, and nothing of what it holds.
          </p>
        </form>
      )}
      {problem && (
        <p role="alert" className="mt-2 text-bad-ink">
          {problem}
        </p>
      )}
    </Notice>
  );
}
