import { useMemo } from 'react';
import { copyText } from '@/components/ui/copy-button';
import { runPageKey, useActiveKeys } from '@/lib/browser/page-keys';
import { applyTheme } from '@/lib/browser/theme';
import { applyTimes } from '@/lib/browser/times';
import { KEY_BINDINGS, type KeyId } from '@/lib/model/keys';

export interface PaletteAction {
  id: string;
  label: string;
  /** Further words it is found by. */
  words?: string;
  /** Stays open and says how it went. */
  stays?: true;
  run: () => string | Promise<string>;
}

/** Keys of the page whose doing is worth finding by name; those at work here are offered. */
const KEYS_OFFERED: readonly KeyId[] = ['pause', 'filter', 'keys'];

const copyLink: PaletteAction = {
  id: 'copy-link',
  label: 'Copy a link to this page',
  words: 'url address share',
  stays: true,
  run: async () => {
    const copied = await copyText(window.location.href);
    return copied ? 'Copied a link to this page.' : 'The browser refused to copy.';
  },
};

const THEME_ACTIONS: readonly PaletteAction[] = [
  act('theme-light', 'Light theme', 'appearance', () => applyTheme('light')),
  act('theme-dark', 'Dark theme', 'appearance', () => applyTheme('dark')),
  act('theme-system', 'Theme as the device', 'appearance system', () => applyTheme('system')),
];

const TIMES_ACTIONS: readonly PaletteAction[] = [
  act('times-utc', 'Times in UTC', 'zone', () => applyTimes('utc')),
  act('times-local', 'Times in local time', 'zone', () => applyTimes('local')),
  act('times-relative', 'Relative times', 'zone ago', () => applyTimes('relative')),
];

/** What can be done from here. */
export function usePaletteActions(): readonly PaletteAction[] {
  const active = useActiveKeys();
  return useMemo(
    () => [
      ...KEYS_OFFERED.filter((id) => active.includes(id)).map((id) =>
        act(`key ${id}`, KEY_BINDINGS[id].does, id, () => runPageKey(id)),
      ),
      copyLink,
      ...TIMES_ACTIONS,
      ...THEME_ACTIONS,
    ],
    [active],
  );
}

function act(id: string, label: string, words: string, run: () => void): PaletteAction {
  return {
    ...{ id, label, words },
    run: () => {
      run();
      return '';
    },
  };
}
