'use client';

import { ChevronDown } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { VisibleText } from '@/components/entry/visible-text';
import { controlClass, FilterInput } from '@/components/ui/field';
import { useHydrated } from '@/lib/browser/use-hydrated';
import { useSnapshot } from '@/lib/browser/use-snapshot';
import { countOf } from '@/lib/model/count';
import { FEED_STREAMS_MAX } from '@/lib/model/feed-cursor';
import { pressedKey } from '@/lib/model/keys';
import { visibleText } from '@/lib/model/visible-text';

/** From so many on a list is searched rather than read. */
const SEARCHED_FROM = 10;

interface Props {
  /** What the tail shows. */
  streams: readonly string[];
  defaultStream: string;
  onChoose: (streams: string[]) => void;
}

/**
 * Which streams a tail shows: a list that opens, of one box a stream. Part of a plain form, so that
 * it works before any script.
 */
export function StreamChooser({ streams, defaultStream, onChoose }: Props) {
  const { snapshot } = useSnapshot();
  const hydrated = useHydrated();
  const hintId = useId();
  const details = useRef<HTMLDetailsElement>(null);
  const [sought, setSought] = useState('');
  useCloses(details);
  const known = snapshot.streams.map(({ name }) => name);
  // One that is taken out stays in the list, under the hand that did it.
  const shownOnce = useRef<readonly string[]>([]);
  shownOnce.current = [...new Set([...shownOnce.current, ...streams])];
  const names = [...new Set([...known, defaultStream, ...shownOnce.current])];
  const isFull = streams.length >= FEED_STREAMS_MAX;
  const listed = names.filter((name) => name.toLowerCase().includes(sought.toLowerCase()));
  const toggle = (name: string, isChosen: boolean) => {
    const others = streams.filter((other) => other !== name);
    // A tail of nothing shows nothing: the last one stays.
    if (isChosen || others.length > 0) onChoose(isChosen ? [...others, name] : others);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>, name: string) => {
    const key = pressedKey(event, ['stream-alone', 'stream-next', 'stream-previous']);
    if (key === null) return;
    event.preventDefault();
    if (key === 'stream-alone') return onChoose([name]);
    const boxes = [...(details.current?.querySelectorAll<HTMLInputElement>(BOXES) ?? [])];
    const step = key === 'stream-next' ? 1 : -1;
    boxes[boxes.indexOf(event.currentTarget) + step]?.focus();
  };
  const onEscape = (event: KeyboardEvent<HTMLDetailsElement>) => {
    const { currentTarget } = event;
    if (pressedKey(event, ['streams-close']) === null || !currentTarget.open) return;
    event.stopPropagation();
    currentTarget.open = false;
    currentTarget.querySelector('summary')?.focus();
  };
  const shown = streams[0] ?? defaultStream;
  return (
    <details ref={details} className="group relative max-sm:w-full sm:w-60" onKeyDown={onEscape}>
      <summary
        className={controlClass(
          false,
          'flex h-8 cursor-default list-none items-center gap-2 px-2 font-medium select-none [&::-webkit-details-marker]:hidden',
        )}
      >
        <span className="sr-only">Streams: </span>
        <span className="min-w-0 flex-1 truncate">
          {streams.length > 1 ? countOf(streams.length, 'stream') : <VisibleText text={shown} />}
        </span>
        <ChevronDown aria-hidden className="size-4 shrink-0 text-quiet" />
      </summary>
      <fieldset className="absolute top-full left-0 z-40 mt-1 flex max-h-[min(28rem,60dvh)] w-[min(22rem,calc(100vw-2rem))] flex-col rounded-md border border-line-strong bg-raised p-1 text-13 shadow-float">
        <legend className="sr-only">Streams of this tail</legend>
        {hydrated && names.length >= SEARCHED_FROM && (
          <FilterInput
            type="search"
            label="Find a stream"
            placeholder="Find a stream"
            className="mb-1 shrink-0"
            value={sought}
            onChange={(event) => setSought(event.target.value)}
            onKeyDown={(event) => pressedKey(event, ['stream-alone']) && event.preventDefault()}
          />
        )}
        <ul className="min-h-0 overflow-y-auto">
          {listed.map((name) => {
            const isChosen = streams.includes(name);
            return (
              <li key={name} className="group/row flex items-center rounded-md hover:bg-hover">
                <label className="flex min-h-8 min-w-0 flex-1 items-center gap-2 px-2">
                  <input
                    type="checkbox"
                    name="stream"
                    value={name}
                    checked={isChosen}
                    disabled={isFull && !isChosen}
                    aria-describedby={hintId}
                    className="size-4 shrink-0 accent-(--accent)"
                    onChange={(event) => toggle(name, event.target.checked)}
                    onKeyDown={(event) => onKeyDown(event, name)}
                  />
                  <span className="min-w-0 flex-1 truncate">
                    <VisibleText text={name} />
                  </span>
                </label>
                {hydrated && (
                  <button
                    type="button"
                    tabIndex={-1}
                    aria-label={`Only ${visibleText(name)}`}
                    className="min-h-6 shrink-0 rounded-md px-2 text-12 text-accent-ink opacity-0 group-focus-within/row:opacity-100 group-hover/row:opacity-100 hover:underline pointer-coarse:opacity-100"
                    onClick={() => onChoose([name])}
                  >
                    only
                  </button>
                )}
              </li>
            );
          })}
        </ul>
        {listed.length === 0 && (
          <p className="px-2 py-1 text-quiet">No stream has this in its name.</p>
        )}
        <p id={hintId} className="shrink-0 border-t px-2 pt-1.5 pb-1 text-12 text-quiet">
          {isFull
            ? `${FEED_STREAMS_MAX} at most in one tail: remove one to add another.`
            : 'Space adds or removes one, Enter shows it alone.'}
        </p>
      </fieldset>
    </details>
  );
}

const BOXES = 'input[type="checkbox"]:enabled';

/** As a menu does: at a click beside it, or when the focus goes on. */
function useCloses(details: React.RefObject<HTMLDetailsElement | null>): void {
  useEffect(() => {
    const element = details.current;
    if (!element) return;
    const isInside = (target: EventTarget | null) =>
      target instanceof Node && element.contains(target);
    const onPointerDown = ({ target }: PointerEvent) => {
      if (!isInside(target)) element.open = false;
    };
    const onFocusOut = ({ relatedTarget }: FocusEvent) => {
      if (relatedTarget !== null && !isInside(relatedTarget)) element.open = false;
    };
    document.addEventListener('pointerdown', onPointerDown);
    element.addEventListener('focusout', onFocusOut);
    return () => {
      document.removeEventListener('pointerdown', onPointerDown);
      element.removeEventListener('focusout', onFocusOut);
    };
  }, [details]);
}
