'use client';

import { ArrowDown, ArrowUp } from 'lucide-react';
import type { ReactNode } from 'react';
import { Kbd } from '@/components/ui/kbd';
import { usePageKey } from '@/lib/browser/page-keys';
import { useHydrated } from '@/lib/browser/use-hydrated';
import { entryKey, parseEntryKey } from '@/lib/model/tail-query';

/**
 * The list an entry was opened from: one walks through it without leaving the entry. Entries go by
 * their keys (`entryKey`): in a list of one stream, their ids.
 */
export interface EntryList {
  /** The rows above and below as the list stands now, null where it ends; null for one not in it. */
  around: (key: string) => { previous: string | null; next: string | null } | null;
  /** Opens another in its place. */
  show: (key: string) => void;
  /** Rows still come at its end: what is last now need not be so for long. */
  grows?: boolean;
}

/** To the row above and below, by button and by key. `id` is what the list calls the entry. */
export function EntryWalk({ id, list }: { id: string; list: EntryList }) {
  // A list that is drawn at the same time is known once it stands.
  useHydrated();
  const around = list.around(id);
  const go = (way: 'previous' | 'next') => {
    // Asked anew: rows may have come since this was drawn, and a press before this one, whose entry
    // is in the address already.
    const open = parseEntryKey(new URLSearchParams(window.location.search).get('entry'));
    const target = list.around(open ? entryKey(open) : id)?.[way] ?? null;
    if (target === null) return;
    list.show(target);
    requestAnimationFrame(() => linkToEntry(target)?.scrollIntoView({ block: 'nearest' }));
  };
  usePageKey('entry-next', () => go('next'));
  usePageKey('entry-previous', () => go('previous'));
  if (around === null) return null;
  return (
    <div className="flex">
      <WalkButton
        label="Previous in the list"
        keyName="k"
        icon={<ArrowUp aria-hidden />}
        isEnd={around.previous === null}
        onClick={() => go('previous')}
      />
      <WalkButton
        label="Next in the list"
        keyName="j"
        icon={<ArrowDown aria-hidden />}
        isEnd={around.next === null && !list.grows}
        onClick={() => go('next')}
      />
    </div>
  );
}

interface ButtonProps {
  label: string;
  keyName: string;
  icon: ReactNode;
  isEnd: boolean;
  onClick: () => void;
}

/** At the end of the list it stays, so that focus does. No tooltip: Escape would close that first. */
function WalkButton({ label, keyName, icon, isEnd, onClick }: ButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      aria-keyshortcuts={keyName}
      aria-disabled={isEnd || undefined}
      onClick={onClick}
      className="inline-flex h-8 min-w-8 items-center justify-center gap-1 rounded-md px-1.5 text-quiet transition-colors not-aria-disabled:hover:bg-hover not-aria-disabled:hover:text-ink aria-disabled:opacity-50 [&_svg]:size-4"
    >
      {icon}
      <span aria-hidden className="max-sm:hidden">
        <Kbd>{keyName}</Kbd>
      </span>
    </button>
  );
}

/** The row of an entry in the list beside the drawer, where it is drawn. */
export function linkToEntry(key: string): HTMLElement | null {
  const id = parseEntryKey(key)?.id ?? '';
  const links = document.querySelectorAll<HTMLAnchorElement>(`main a[href*="entry=${id}"]`);
  const isOf = ({ href }: HTMLAnchorElement) => new URL(href).searchParams.get('entry') === key;
  return [...links].find(isOf) ?? null;
}
