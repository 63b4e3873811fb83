'use client';

import { X } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useEffect, useLayoutEffect, useRef, useState, useTransition } from 'react';
import { FilterBox, type FilterBoxHandle } from '@/components/filter/filter-box';
import { Button, ButtonLink } from '@/components/ui/button';
import { rememberFilter } from '@/lib/browser/saved-filters';
import { useHydrated } from '@/lib/browser/use-hydrated';
import { underBasePath } from '@/lib/model/base-path';
import { distinctStreams } from '@/lib/model/feed-cursor';
import { parseFilter } from '@/lib/model/filter-parse';
import { type TailQuery, tailHref, withStreams } from '@/lib/model/tail-query';
import { StreamChooser } from './stream-chooser';
import { StreamLegend } from './stream-legend';

const DEBOUNCE_MS = 500;

interface Props {
  query: TailQuery;
  /** What the tail shows. */
  streams: readonly string[];
  defaultStream: string;
}

/**
 * What the tail shows, kept in the URL. A plain form: it works before any script, which then
 * sends it by itself a moment after the last change.
 */
export function TailFilters({ query, streams, defaultStream }: Props) {
  const router = useRouter();
  const hydrated = useHydrated();
  const form = useRef<HTMLFormElement>(null);
  const box = useRef<FilterBoxHandle>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [isPending, startTransition] = useTransition();
  const [isDirty, setDirty] = useState(false);
  /** Malformed, so that it is applied to nothing: it stays in the box. */
  const isKept = useRef(false);
  /** What was chosen and is on its way. */
  const [chosen, setChosen] = useState<readonly string[] | null>(null);
  const wanted = chosen ?? streams;

  /** Where the address is, or is on its way to. */
  const goal = useRef(tailHref(query));

  const apply = (toStreams = wanted) => {
    clearTimeout(timer.current);
    timer.current = undefined;
    setDirty(false);
    const text = box.current?.text().trim() ?? '';
    // What was applied goes on, on other streams too.
    const isMalformed = parseFilter(text).error !== null;
    isKept.current = isMalformed;
    const filter = isMalformed ? query.filter : text;
    const next = withStreams({ ...query, filter }, toStreams, defaultStream);
    const href = tailHref(next);
    if (href === goal.current) return;
    goal.current = href;
    if (filter !== query.filter) rememberFilter(filter);
    startTransition(() => router.replace(href, { scroll: false }));
  };
  // The address may have changed by the time what was typed is applied.
  const latest = useRef(apply);
  useLayoutEffect(() => {
    latest.current = apply;
  });
  const applySoon = (afterMs = DEBOUNCE_MS) => {
    clearTimeout(timer.current);
    setDirty(true);
    timer.current = setTimeout(() => latest.current(), afterMs);
  };
  const choose = (names: readonly string[]) => {
    const next = distinctStreams(names);
    setChosen(next);
    apply(next);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  // Once it is shown, the address alone says what is chosen: back and forward change it too.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new query
  useLayoutEffect(() => {
    if (!isPending) setChosen(null);
  }, [isPending, query]);
  // The same of the filter; typing is not overwritten.
  useEffect(() => {
    goal.current = tailHref(query);
    if (timer.current === undefined && !isKept.current) box.current?.write(query.filter);
  }, [query]);

  return (
    <>
      <form
        ref={form}
        action={underBasePath('/events')}
        onSubmit={(event) => {
          event.preventDefault();
          apply();
        }}
        aria-label="Filter"
        aria-busy={isPending || isDirty}
        className="flex flex-wrap items-start gap-2"
      >
        <StreamChooser streams={wanted} defaultStream={defaultStream} onChoose={choose} />
        <div className="flex min-w-0 flex-1 basis-80 gap-2">
          <FilterBox
            ref={box}
            name="filter"
            label="Filter"
            defaultText={query.filter}
            placeholder="type:ingestion.* -type:*.progress timeout"
            onText={(_text, isChosen) => applySoon(isChosen ? 0 : DEBOUNCE_MS)}
          />
          {!hydrated && <Button type="submit">Filter</Button>}
          {query.filter !== '' && (
            <ButtonLink
              variant="quiet"
              icon={<X aria-hidden />}
              href={tailHref({ ...query, filter: '' })}
              prefetch={false}
              onClick={() => {
                clearTimeout(timer.current);
                timer.current = undefined;
                isKept.current = false;
              }}
            >
              <span className="max-sm:sr-only">Clear filter</span>
            </ButtonLink>
          )}
        </div>
      </form>
      <StreamLegend
        streams={wanted}
        onRemove={(stream) => {
          // Its button goes with it: what is left is chosen there.
          form.current?.querySelector('summary')?.focus();
          choose(wanted.filter((other) => other !== stream));
        }}
      />
    </>
  );
}
