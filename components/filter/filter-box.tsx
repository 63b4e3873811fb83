'use client';

import clsx from 'clsx';
import {
  type Ref,
  useEffectEvent,
  useId,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { Input } from '@/components/ui/field';
import { usePageKey } from '@/lib/browser/page-keys';
import { rememberFilter } from '@/lib/browser/saved-filters';
import { useHydrated } from '@/lib/browser/use-hydrated';
import { FILTER_CHARS_MAX } from '@/lib/model/filter';
import { parseFilter } from '@/lib/model/filter-parse';
import { FilterErrorLine } from './filter-error-line';
import { FilterHelp } from './filter-help';
import { SavedFiltersMenu } from './saved-filters-menu';

export interface FilterBoxHandle {
  text: () => string;
  /** Writes text as if it were typed, without a change event. */
  write: (text: string) => void;
  focus: (selection?: [start: number, end: number]) => void;
  /** Where the cursor stands; null where the focus is elsewhere. */
  selection: () => [start: number, end: number] | null;
}

interface Props {
  ref?: Ref<FilterBoxHandle>;
  name: string;
  label: string;
  defaultText: string;
  placeholder: string;
  /** Every change of the text, by typing or by a choice; `isChosen` for the latter. */
  onText?: (text: string, isChosen: boolean) => void;
}

/** One line of the filter language: its error where it is, help, and filters kept in this browser. */
export function FilterBox({ ref, name, label, defaultText, placeholder, onText }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(defaultText);
  const errorId = useId();
  const hydrated = useHydrated();
  const { error } = parseFilter(text);
  const write = (next: string) => {
    if (input.current) input.current.value = next;
    setText(next);
  };
  const choose = (next: string) => {
    write(next);
    rememberFilter(next);
    onText?.(next, true);
    input.current?.focus();
  };
  useImperativeHandle(ref, () => ({
    text: () => input.current?.value ?? '',
    write,
    focus(selection) {
      input.current?.focus();
      if (selection) input.current?.setSelectionRange(...selection);
    },
    selection() {
      const element = input.current;
      if (!element || document.activeElement !== element) return null;
      return [element.selectionStart ?? 0, element.selectionEnd ?? 0];
    },
  }));
  const takeEarlyText = useEffectEvent(() => {
    // A box of one line leaves line breaks out by itself.
    const first = defaultText.replaceAll(/[\r\n]/g, '');
    const typed = input.current?.value ?? first;
    if (typed === first) return;
    setText(typed);
    onText?.(typed, false);
  });
  // What was typed before the page listened is heard now.
  useLayoutEffect(() => takeEarlyText(), []);
  usePageKey('filter', () => {
    input.current?.focus();
    input.current?.select();
  });
  return (
    <div className="flex min-w-0 flex-1 basis-64 flex-col gap-1">
      <div className="flex gap-1">
        <Input
          ref={input}
          name={name}
          type="search"
          defaultValue={defaultText}
          aria-label={label}
          aria-invalid={error !== null || undefined}
          aria-describedby={error ? errorId : undefined}
          aria-keyshortcuts="/"
          placeholder={placeholder}
          className={clsx('font-mono', error && 'border-bad!')}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          maxLength={2 * FILTER_CHARS_MAX}
          onChange={(event) => {
            setText(event.target.value);
            onText?.(event.target.value, false);
          }}
        />
        {hydrated && <SavedFiltersMenu filter={text.trim()} isValid={!error} onChoose={choose} />}
        {hydrated && <FilterHelp onChoose={choose} />}
      </div>
      {error && <FilterErrorLine id={errorId} text={text} error={error} />}
    </div>
  );
}
