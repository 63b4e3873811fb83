'use client';

import { Search } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { Kbd } from '@/components/ui/kbd';
import { useModifierPress, usePageKey } from '@/lib/browser/page-keys';
import { useIsMac } from '@/lib/browser/use-is-mac';
import { KEY_BINDINGS, keyLabels } from '@/lib/model/keys';

const loadPalette = () => import('./palette');
const Palette = lazy(() => loadPalette().then(({ Palette }) => ({ default: Palette })));
const KeyList = lazy(() => import('./key-list').then(({ KeyList }) => ({ default: KeyList })));

type Shown = 'palette' | 'keys';

/** Opens the palette and the list of keys, by their keys and by a button. Neither is loaded before. */
export function CommandCenter() {
  const [open, setOpen] = useState<Shown | null>(null);
  const [wanted, setWanted] = useState<readonly Shown[]>([]);
  const show = (shown: Shown) => {
    setWanted((before) => (before.includes(shown) ? before : [...before, shown]));
    setOpen(shown);
  };
  usePageKey('palette', () => (open === 'palette' ? setOpen(null) : show('palette')));
  usePageKey('keys', () => show('keys'));
  const onOpenChange = (isOpen: boolean) => !isOpen && setOpen(null);
  return (
    <>
      <PaletteButton onOpen={() => show('palette')} />
      <Suspense>
        {wanted.includes('palette') && (
          <Palette open={open === 'palette'} onOpenChange={onOpenChange} />
        )}
      </Suspense>
      <Suspense>
        {wanted.includes('keys') && <KeyList open={open === 'keys'} onOpenChange={onOpenChange} />}
      </Suspense>
    </>
  );
}

function PaletteButton({ onOpen }: { onOpen: () => void }) {
  const isMac = useIsMac();
  // It goes down before K: what the two open is loaded meanwhile.
  useModifierPress(() => void loadPalette());
  return (
    <button
      type="button"
      aria-label="Go to"
      aria-haspopup="dialog"
      aria-keyshortcuts="Control+K Meta+K"
      onClick={onOpen}
      onPointerEnter={() => void loadPalette()}
      className="inline-flex h-8 shrink-0 items-center gap-2 rounded-md text-quiet hover:bg-hover hover:text-ink max-sm:w-8 max-sm:justify-center sm:border sm:border-line-strong sm:bg-raised sm:pr-1.5 sm:pl-2.5"
    >
      <Search aria-hidden className="size-4" />
      <span className="max-sm:hidden">Go to…</span>
      <span className="flex gap-0.5 max-sm:hidden lg:ml-6">
        {keyLabels(KEY_BINDINGS.palette.keys[0], isMac).map((label) => (
          <Kbd key={label}>{label}</Kbd>
        ))}
      </span>
    </button>
  );
}
