'use client';

import { useEffect, useEffectEvent, useRef } from 'react';
import { Button } from '@/components/ui/button';
import { FilterInput, Select } from '@/components/ui/field';
import { useHydrated } from '@/lib/browser/use-hydrated';
import { underBasePath } from '@/lib/model/base-path';
import { OVERVIEW_SORTS, type OverviewQuery, type OverviewSort } from '@/lib/model/overview-query';

const DEBOUNCE_MS = 150;

const SORT_WORDS: Record<OverviewSort, string> = {
  worst: 'Worst first',
  name: 'By name',
  lag: 'Longest lag first',
  in: 'Most in/s first',
};

interface Props {
  query: OverviewQuery;
  onChange: (query: OverviewQuery) => void;
}

/** What stands in the form. */
function given(form: HTMLFormElement): Pick<OverviewQuery, 'text' | 'sort'> {
  const data = new FormData(form);
  const sort = OVERVIEW_SORTS.find((known) => known === data.get('sort')) ?? 'worst';
  return { text: String(data.get('q') ?? ''), sort };
}

/** Which streams to show and in what order. A plain form: it works before any script. */
export function StreamControls({ query, onChange }: Props) {
  const hydrated = useHydrated();
  const form = useRef<HTMLFormElement>(null);
  const text = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const apply = () => {
    clearTimeout(timer.current);
    if (form.current) onChange({ ...given(form.current), page: 1 });
  };
  const applyEarlyChoice = useEffectEvent(() => {
    if (!form.current) return;
    const { text, sort } = given(form.current);
    if (text !== query.text || sort !== query.sort) apply();
  });
  useEffect(() => {
    // What was typed or chosen before the page listened is heard now.
    applyEarlyChoice();
    return () => clearTimeout(timer.current);
  }, []);
  // Back and forward change the query under the field; typing is not overwritten.
  useEffect(() => {
    const input = text.current;
    if (input && input !== document.activeElement) input.value = query.text;
  }, [query.text]);

  return (
    <form
      ref={form}
      action={underBasePath('/')}
      aria-label="Streams to show"
      className="flex gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        apply();
      }}
    >
      <div className="min-w-0 flex-1 sm:w-52">
        <FilterInput
          ref={text}
          name="q"
          type="search"
          defaultValue={query.text}
          label="Stream or group name"
          placeholder="filter by name"
          maxLength={256}
          onChange={() => {
            clearTimeout(timer.current);
            timer.current = setTimeout(apply, DEBOUNCE_MS);
          }}
        />
      </div>
      <div className="w-44 shrink-0">
        <Select
          key={query.sort}
          name="sort"
          aria-label="Order"
          defaultValue={query.sort}
          onChange={apply}
        >
          {OVERVIEW_SORTS.map((sort) => (
            <option key={sort} value={sort}>
              {SORT_WORDS[sort]}
            </option>
          ))}
        </Select>
      </div>
      {!hydrated && <Button type="submit">Show</Button>}
    </form>
  );
}
