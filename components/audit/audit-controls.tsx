'use client';

import Form from 'next/form';
import { useRef } from 'react';
import { TimeInput } from '@/components/filter/time-input';
import { Button, ButtonLink } from '@/components/ui/button';
import { FilterInput } from '@/components/ui/field';
import { SubmitSelect } from '@/components/ui/submit-select';
import { usePageKey } from '@/lib/browser/page-keys';
import { useTimes } from '@/lib/browser/times';
import {
  AUDIT_ACTION_IDS,
  AUDIT_OUTCOMES,
  type AuditQuery,
  actionWords,
  auditPageHref,
  auditParams,
} from '@/lib/model/audit-page';
import { OUTCOME_WORDS } from './outcome-mark';

/** Which acts to show: a plain form whose answer is a URL. */
export function AuditControls({ query }: { query: AuditQuery }) {
  const { actor, action, stream, outcomes, fromMs, toMs } = query;
  const { zone } = useTimes();
  const first = useRef<HTMLInputElement>(null);
  usePageKey('filter', () => {
    first.current?.focus();
    first.current?.select();
  });
  const which = auditParams({ ...query, before: undefined, limit: undefined }).toString();
  const outcome = outcomes?.join(',') ?? '';
  return (
    <Form
      key={`${which} ${zone}`}
      action="/audit"
      prefetch={false}
      scroll={false}
      aria-label="Which acts"
      className="mb-3 flex flex-wrap items-center gap-2 text-12 text-quiet"
    >
      {zone !== 'UTC' && <input type="hidden" name="zone" value={zone} />}
      <FilterInput
        ref={first}
        name="actor"
        type="search"
        label="Who, or from which address"
        aria-keyshortcuts="/"
        placeholder="who, or address"
        defaultValue={actor}
        maxLength={256}
        className="sm:w-36!"
      />
      <FilterInput
        name="stream"
        type="search"
        label="On which stream"
        placeholder="stream"
        defaultValue={stream ?? ''}
        className="sm:w-40!"
      />
      <Choice
        name="action"
        label="What was done"
        all="Any act"
        chosen={action ?? ''}
        options={AUDIT_ACTION_IDS.map((id) => [id, actionWords(id)])}
      />
      <Choice
        name="outcome"
        label="How it ended"
        all="Any outcome"
        chosen={outcome}
        options={AUDIT_OUTCOMES.map((one) => [one, OUTCOME_WORDS[one]])}
      />
      <TimeInput name="from" what="Acts" className="w-46!" ms={fromMs} zone={zone} />
      <TimeInput name="to" what="Acts" className="w-46!" ms={toMs} zone={zone} />
      {zone === 'UTC' ? 'UTC' : 'local'}
      <Button type="submit">Show</Button>
      {which !== '' && (
        <ButtonLink variant="quiet" href={auditPageHref()} prefetch={false}>
          Show all
        </ButtonLink>
      )}
    </Form>
  );
}

interface ChoiceProps {
  name: string;
  label: string;
  all: string;
  chosen: string;
  options: readonly (readonly [value: string, words: string])[];
}

/** What a URL chose beyond the list (several, `task.*`) stays chosen. */
function Choice({ name, label, all, chosen, options }: ChoiceProps) {
  const isListed = chosen === '' || options.some(([value]) => value === chosen);
  const listed = isListed ? options : [...options, [chosen, chosen] as const];
  return (
    <div className="w-32 max-sm:flex-1">
      <SubmitSelect
        name={name}
        label={label}
        defaultValue={chosen}
        options={[['', all], ...listed]}
      />
    </div>
  );
}
