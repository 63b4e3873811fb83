'use client';

import { X } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type RefObject, useEffect, useLayoutEffect, useRef, useState, useTransition } from 'react';
import { FilterBox, type FilterBoxHandle } from '@/components/filter/filter-box';
import { Button, ButtonLink } from '@/components/ui/button';
import { Select } from '@/components/ui/field';
import { rememberFilter } from '@/lib/browser/saved-filters';
import { useHydrated } from '@/lib/browser/use-hydrated';
import { useSnapshot } from '@/lib/browser/use-snapshot';
import { underBasePath } from '@/lib/model/base-path';
import { parseFilter } from '@/lib/model/filter-parse';
import { type TailQuery, tailHref } from '@/lib/model/tail-query';

const DEBOUNCE_MS = 500;

/** What was typed and not yet applied, and the cursor: each new filter draws the tail anew. */
export interface FilterDraft {
  text: string | null;
  selection: [start: number, end: number] | null;
}

interface Props {
  query: TailQuery;
  defaultStream: string;
  draft: RefObject<FilterDraft>;
}

/**
 * What the tail shows, kept in the URL. A plain form: it works before any script, which then
 * sends it by itself a moment after the last change.
 */
export function TailFilters({ query, defaultStream, draft }: Props) {
  const router = useRouter();
  const hydrated = useHydrated();
  const box = useRef<FilterBoxHandle>(null);
  const select = useRef<HTMLSelectElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [isPending, startTransition] = useTransition();
  const [isDirty, setDirty] = useState(false);

  const apply = () => {
    clearTimeout(timer.current);
    timer.current = undefined;
    setDirty(false);
    const text = box.current?.text().trim() ?? '';
    // Malformed it stays in the box; what was applied goes on, on another stream too.
    const isMalformed = parseFilter(text).error !== null;
    draft.current = {
      text: isMalformed ? text : null,
      selection: box.current?.selection() ?? null,
    };
    const stream = select.current?.value ?? defaultStream;
    const filter = isMalformed ? query.filter : text;
    const next = { stream: stream === defaultStream ? null : stream, filter };
    if (tailHref(next) === tailHref(query)) return;
    if (filter !== query.filter) rememberFilter(filter);
    startTransition(() => router.replace(tailHref(next), { scroll: false }));
  };
  const applySoon = (afterMs = DEBOUNCE_MS) => {
    clearTimeout(timer.current);
    setDirty(true);
    timer.current = setTimeout(apply, afterMs);
  };
  // The tail was drawn anew under somebody who types: text, focus and cursor stay, and no key falls
  // between the two boxes.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it is drawn
  useLayoutEffect(() => {
    const { text, selection } = draft.current;
    if (text !== null) {
      box.current?.write(text);
      applySoon();
    }
    if (selection) box.current?.focus(selection);
    return () => {
      clearTimeout(timer.current);
      // As it is now: who has gone elsewhere meanwhile is not called back.
      draft.current.selection = box.current?.selection() ?? null;
    };
  }, []);
  // Back and forward change the query under the box; typing is not overwritten.
  useEffect(() => {
    if (timer.current !== undefined || draft.current.text !== null) return;
    box.current?.write(query.filter);
    if (select.current) select.current.value = query.stream ?? defaultStream;
  }, [query, defaultStream, draft]);

  return (
    <form
      action={underBasePath('/events')}
      onSubmit={(event) => {
        event.preventDefault();
        apply();
      }}
      aria-label="Filter"
      aria-busy={isPending || isDirty}
      className="flex flex-wrap items-start gap-2"
    >
      <StreamSelect
        ref={select}
        query={query}
        defaultStream={defaultStream}
        onChange={() => applySoon(0)}
      />
      <div className="flex min-w-0 flex-1 basis-80 gap-2">
        <FilterBox
          ref={box}
          name="filter"
          label="Filter"
          defaultText={query.filter}
          placeholder="type:ingestion.* -type:*.progress timeout"
          onText={(text, isChosen) => {
            draft.current = { text, selection: box.current?.selection() ?? null };
            applySoon(isChosen ? 0 : DEBOUNCE_MS);
          }}
        />
        {!hydrated && <Button type="submit">Filter</Button>}
        {query.filter !== '' && (
          <ButtonLink
            variant="quiet"
            icon={<X aria-hidden />}
            href={tailHref({ stream: query.stream, filter: '' })}
            prefetch={false}
            onClick={() => {
              draft.current = { text: null, selection: null };
            }}
          >
            <span className="max-sm:sr-only">Clear filter</span>
          </ButtonLink>
        )}
      </div>
    </form>
  );
}

interface StreamSelectProps {
  ref: RefObject<HTMLSelectElement | null>;
  query: TailQuery;
  defaultStream: string;
  onChange: () => void;
}

function StreamSelect({ ref, query, defaultStream, onChange }: StreamSelectProps) {
  const { snapshot } = useSnapshot();
  const shown = query.stream ?? defaultStream;
  const names = snapshot.streams.map((stream) => stream.name);
  return (
    <Select
      ref={ref}
      name="stream"
      aria-label="Stream"
      defaultValue={shown}
      className="font-medium sm:w-60"
      onChange={onChange}
    >
      {[...new Set([...names, defaultStream, shown])].map((name) => (
        <option key={name}>{name}</option>
      ))}
    </Select>
  );
}
