'use client';

import { X } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type FormEvent, useEffect, useRef, useState, useTransition } from 'react';
import { Button, ButtonLink } from '@/components/ui/button';
import { Input, Select } from '@/components/ui/field';
import { useHydrated } from '@/lib/browser/use-hydrated';
import { useSnapshot } from '@/lib/browser/use-snapshot';
import { isFiltered, parseTailQuery, type TailQuery, tailHref } from '@/lib/model/tail-query';

const DEBOUNCE_MS = 350;

interface Props {
  query: TailQuery;
  defaultStream: string;
}

/**
 * What the tail shows, kept in the URL. A plain form: it works before any script, which then
 * sends it by itself a moment after the last change.
 */
export function TailFilters({ query, defaultStream }: Props) {
  const router = useRouter();
  const hydrated = useHydrated();
  const form = useRef<HTMLFormElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [isPending, startTransition] = useTransition();
  const [isDirty, setDirty] = useState(false);

  const apply = (event?: FormEvent) => {
    event?.preventDefault();
    clearTimeout(timer.current);
    setDirty(false);
    if (!form.current) return;
    const next = readForm(form.current, defaultStream);
    if (tailHref(next) === tailHref(query)) return;
    startTransition(() => router.replace(tailHref(next), { scroll: false }));
  };
  const applySoon = () => {
    clearTimeout(timer.current);
    setDirty(true);
    timer.current = setTimeout(apply, DEBOUNCE_MS);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  // Back and forward change the query under the fields; typing is not overwritten.
  useEffect(() => {
    if (form.current && timer.current === undefined) writeForm(form.current, query, defaultStream);
    timer.current = undefined;
  }, [query, defaultStream]);

  return (
    <form
      ref={form}
      action="/events"
      onSubmit={apply}
      onChange={applySoon}
      aria-label="Filter"
      aria-busy={isPending || isDirty}
      className="grid grid-cols-2 gap-2 sm:flex sm:flex-wrap sm:items-center"
    >
      <StreamSelect query={query} defaultStream={defaultStream} />
      <Input
        name="type"
        defaultValue={query.type}
        aria-label="Event types, with * for any, by comma"
        placeholder="type: ingestion.*"
        className="sm:w-48"
        {...PLAIN}
      />
      <Input
        name="job_id"
        defaultValue={query.jobId}
        aria-label="Job id"
        placeholder="job id"
        className="font-mono sm:w-48"
        {...PLAIN}
      />
      <Input
        name="q"
        type="search"
        defaultValue={query.text}
        aria-label="Text in the entry"
        placeholder="text"
        className="max-sm:col-span-2 sm:w-56"
        {...PLAIN}
      />
      {!hydrated && <Button type="submit">Filter</Button>}
      {isFiltered(query) && (
        <ButtonLink
          variant="quiet"
          size="sm"
          icon={<X aria-hidden />}
          href={tailHref({ stream: query.stream, type: '', jobId: '', text: '' })}
          prefetch={false}
        >
          Clear filter
        </ButtonLink>
      )}
    </form>
  );
}

const PLAIN = { autoComplete: 'off', spellCheck: false, maxLength: 256 } as const;

function StreamSelect({ query, defaultStream }: Props) {
  const { snapshot } = useSnapshot();
  const shown = query.stream ?? defaultStream;
  const names = snapshot.streams.map((stream) => stream.name);
  return (
    <Select
      name="stream"
      aria-label="Stream"
      defaultValue={shown}
      className="font-medium max-sm:col-span-2 sm:w-60"
    >
      {[...new Set([...names, defaultStream, shown])].map((name) => (
        <option key={name}>{name}</option>
      ))}
    </Select>
  );
}

function readForm(form: HTMLFormElement, defaultStream: string): TailQuery {
  const params = new URLSearchParams();
  for (const [name, value] of new FormData(form)) params.append(name, String(value));
  const query = parseTailQuery(params);
  return { ...query, stream: query.stream === defaultStream ? null : query.stream };
}

function writeForm(form: HTMLFormElement, query: TailQuery, defaultStream: string): void {
  const values = {
    stream: query.stream ?? defaultStream,
    type: query.type,
    job_id: query.jobId,
    q: query.text,
  };
  for (const [name, value] of Object.entries(values)) {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) {
      if (field.value !== value) field.value = value;
    }
  }
}
