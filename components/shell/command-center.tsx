'use client';

import { Search } from 'lucide-react';
import { type ComponentType, useRef, useState } from 'react';
import { Kbd } from '@/components/ui/kbd';
import { catchTyping, useModifierPress, usePageKey } from '@/lib/browser/page-keys';
import { useIsMac } from '@/lib/browser/use-is-mac';
import { KEY_BINDINGS, keyLabels } from '@/lib/model/keys';

type Shown = 'palette' | 'keys';
interface Part {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** What was typed since it was asked for, once. */
  takeTyped: () => string;
}

const LOAD: Record<Shown, () => Promise<ComponentType<Part>>> = {
  palette: async () => (await import('./palette')).Palette,
  keys: async () => (await import('./key-list')).KeyList,
};
/** What cannot be loaded is tried again when it is asked for. */
const preloadPalette = () => void LOAD.palette().catch(() => undefined);

/** Opens the palette and the list of keys, by their keys and by a button. Neither is loaded before. */
export function CommandCenter() {
  const [open, setOpen] = useState<Shown | null>(null);
  const [parts, setParts] = useState<Partial<Record<Shown, ComponentType<Part>>>>({});
  const typing = useRef<() => string>(undefined);
  const takeTyped = () => {
    const text = typing.current?.() ?? '';
    typing.current = undefined;
    return text;
  };
  const show = async (shown: Shown) => {
    // Letters may come before the box is there to take them.
    if (shown === 'palette') typing.current ??= catchTyping();
    try {
      const part = await LOAD[shown]();
      setParts((before) => ({ ...before, [shown]: part }));
      setOpen(shown);
    } catch {
      // The server is away, which the page says: it stays as it is.
      takeTyped();
    }
  };
  const onOpenChange = (isOpen: boolean) => {
    if (isOpen) return;
    takeTyped();
    setOpen(null);
  };
  usePageKey('palette', () => (open === 'palette' ? onOpenChange(false) : void show('palette')));
  usePageKey('keys', () => void show('keys'));
  const { palette: Palette, keys: KeyList } = parts;
  const common = { onOpenChange, takeTyped };
  return (
    <>
      <PaletteButton onOpen={() => void show('palette')} />
      {Palette && <Palette open={open === 'palette'} {...common} />}
      {KeyList && <KeyList open={open === 'keys'} {...common} />}
    </>
  );
}

function PaletteButton({ onOpen }: { onOpen: () => void }) {
  const isMac = useIsMac();
  // It goes down before K: what the two open is loaded meanwhile.
  useModifierPress(preloadPalette);
  return (
    <button
      type="button"
      aria-label="Go to"
      aria-haspopup="dialog"
      aria-keyshortcuts="Control+K Meta+K"
      onClick={onOpen}
      onPointerEnter={preloadPalette}
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
