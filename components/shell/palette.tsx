'use client';

import { Dialog } from '@base-ui/react/dialog';
import { ChevronRight } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { VisibleText } from '@/components/entry/visible-text';
import { DialogBackdrop, DialogHead } from '@/components/ui/dialog-head';
import { countOf } from '@/lib/model/count';
import { pressedKey } from '@/lib/model/keys';
import type { GroupName, PaletteAnswer, PaletteItem } from '@/lib/model/palette';
import { PaletteRow } from './palette-row';
import { usePaletteActions } from './use-palette-actions';
import { usePaletteItems } from './use-palette-items';

interface Props {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** What was typed before its box could take it, once. */
  takeTyped: () => string;
}

/** Any page, stream, group and consumer, and what can be done here, by a few letters of its name. */
export function Palette({ open, onOpenChange, takeTyped }: Props) {
  const router = useRouter();
  const afterClose = useRef<() => void>(undefined);
  const leave = (then: () => void) => {
    afterClose.current = then;
    onOpenChange(false);
  };
  return (
    <Dialog.Root
      open={open}
      onOpenChange={onOpenChange}
      onOpenChangeComplete={(isOpen) => {
        if (isOpen) return;
        afterClose.current?.();
        afterClose.current = undefined;
      }}
    >
      <Dialog.Portal>
        <DialogBackdrop className="z-50" />
        <Dialog.Popup
          aria-label="Go to"
          className="fixed top-[max(0.5rem,min(6rem,12dvh))] left-1/2 z-50 flex max-h-[min(32rem,calc(100dvh-2rem))] w-[min(40rem,calc(100vw-1rem))] -translate-x-1/2 flex-col rounded-md border border-line-strong bg-raised shadow-float outline-none"
        >
          <PaletteList
            onGo={(href) => {
              onOpenChange(false);
              router.push(href);
            }}
            onLeave={leave}
            takeTyped={takeTyped}
          />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface ListProps {
  onGo: (href: string) => void;
  /** Closes first, so that what is done may move the focus. */
  onLeave: (then: () => void) => void;
  takeTyped: () => string;
}

function PaletteList({ onGo, onLeave, takeTyped }: ListProps) {
  const [typed, setTyped] = useState('');
  const [scope, setScope] = useState<GroupName | null>(null);
  const [done, setDone] = useState('');
  const actions = usePaletteActions();
  const answer = usePaletteItems(typed, scope, actions);
  const options = useOptions(answer.items, typed);
  const item = answer.items[options.active];

  const choose = async (chosen: PaletteItem) => {
    if (chosen.kind !== 'action') return onGo(chosen.href);
    const action = actions.find(({ id }) => id === chosen.id);
    if (action?.stays) setDone(await action.run());
    else if (action) onLeave(() => void action.run());
  };
  const type = (text: string) => {
    setTyped(text);
    setDone('');
  };
  const enter = (group: GroupName | null) => {
    setScope(group);
    type('');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const key = pressedKey(event, KEYS);
    if (key === 'palette-choose' && item) void choose(item);
    else if (key === 'palette-into' && !event.shiftKey && scope === null && item?.kind === 'group')
      enter(item);
    else if (key === 'palette-out' && scope !== null && typed === '') enter(null);
    else if (key === 'palette-next') options.move(1);
    else if (key === 'palette-previous') options.move(-1);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <DialogHead className="h-12">
        {scope && <ScopeMark scope={scope} />}
        <input
          role="combobox"
          aria-label="Go to or do"
          aria-expanded="true"
          aria-autocomplete="list"
          aria-controls={options.listId}
          aria-activedescendant={item && options.idOf(options.active)}
          placeholder={scope ? 'consumer, or a part of its page' : 'stream, group, page or action'}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => type(event.target.value)}
          onFocus={() => {
            const early = takeTyped();
            if (early !== '') type(typed + early);
          }}
          onKeyDown={onKeyDown}
          className="h-full min-w-0 flex-1 bg-transparent text-14 outline-none! pointer-coarse:text-16"
        />
      </DialogHead>
      <div
        id={options.listId}
        role="listbox"
        aria-label="What it may be"
        className="min-h-0 flex-1 scroll-py-1 overflow-y-auto overscroll-contain p-1 empty:p-0"
      >
        {answer.items.map((option, at) => (
          <PaletteRow
            key={option.id}
            id={options.idOf(at)}
            item={option}
            isActive={at === options.active}
            canEnter={scope === null}
            onPoint={() => options.pointAt(at)}
            onChoose={() => void choose(option)}
          />
        ))}
      </div>
      <p role="status" className="shrink-0 border-t px-4 py-2 text-12 text-quiet">
        {done || <Told answer={answer} isLoading={answer.isLoading} />}
      </p>
    </>
  );
}

const KEYS = [
  ...(['palette-choose', 'palette-next', 'palette-previous'] as const),
  ...(['palette-into', 'palette-out'] as const),
];

/**
 * Which option the input points at: the first of each new answer, until a key moves it; then the
 * same one, wherever those that come later push it.
 */
function useOptions(items: readonly PaletteItem[], typed: string) {
  const listId = useId();
  const [pointed, setPointed] = useState({ typed, id: '' });
  const place = pointed.typed === typed ? items.findIndex(({ id }) => id === pointed.id) : 0;
  const active = Math.max(0, place);
  const idOf = (at: number) => `${listId}-${at}`;
  const pointAt = (at: number) => setPointed({ typed, id: items[at]?.id ?? '' });
  const move = (by: number) => {
    if (items.length === 0) return;
    const next = (active + by + items.length) % items.length;
    pointAt(next);
    document.getElementById(idOf(next))?.scrollIntoView({ block: 'nearest' });
  };
  return { listId, active, idOf, pointAt, move };
}

function ScopeMark({ scope }: { scope: GroupName }) {
  return (
    <span className="flex max-w-1/2 shrink-0 items-center gap-1 text-13 text-quiet">
      <span className="truncate rounded-md bg-sunken px-1.5 py-0.5">
        <VisibleText text={scope.group} />
      </span>
      <ChevronRight aria-hidden className="size-3.5 shrink-0" />
    </span>
  );
}

/** What the list leaves out, or why it is empty. */
function Told({ answer, isLoading }: { answer: PaletteAnswer; isLoading: boolean }) {
  if (isLoading) return 'Asking for consumers…';
  if (answer.items.length === 0) return 'Nothing here is called that.';
  if (answer.more > 0) return `${countOf(answer.more, 'more', 'more')}: type on to find them.`;
  return countOf(answer.items.length, 'thing to go to or do', 'things to go to or do');
}
