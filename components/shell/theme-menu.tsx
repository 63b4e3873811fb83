'use client';

import { Monitor, Moon, Sun } from 'lucide-react';
import { Menu, MenuChoice } from '@/components/ui/menu';
import { applyTheme, useTheme } from '@/lib/browser/theme';
import type { Theme } from '@/lib/model/theme';

const OPTIONS = [
  { value: 'light', label: 'Light', icon: <Sun aria-hidden /> },
  { value: 'dark', label: 'Dark', icon: <Moon aria-hidden /> },
  { value: 'system', label: 'As the device', icon: <Monitor aria-hidden /> },
] as const satisfies readonly { value: Theme; label: string; icon: React.ReactNode }[];

/** Light, dark, or as the device: at once, and kept in a cookie for the next page. */
export function ThemeMenu({ initial }: { initial: Theme }) {
  const theme = useTheme(initial);
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label="Theme"
          className="inline-flex size-8 items-center justify-center rounded-md text-quiet hover:bg-hover hover:text-ink [&_svg]:size-4"
        >
          {OPTIONS.find((option) => option.value === theme)?.icon}
        </button>
      }
    >
      <MenuChoice value={theme} onChange={applyTheme} options={OPTIONS} />
    </Menu>
  );
}
