'use client';

import { Clock, Globe, History } from 'lucide-react';
import { Menu, MenuChoice } from '@/components/ui/menu';
import { applyTimes, useTimes } from '@/lib/browser/times';
import type { TimeMode } from '@/lib/model/time-display';

const OPTIONS = [
  { value: 'utc', label: 'UTC', icon: <Globe aria-hidden /> },
  { value: 'local', label: 'Local time', icon: <Clock aria-hidden /> },
  { value: 'relative', label: 'Relative', icon: <History aria-hidden /> },
] as const satisfies readonly { value: TimeMode; label: string; icon: React.ReactNode }[];

const SHORT: Record<TimeMode, string> = { utc: 'UTC', local: 'Local', relative: 'Ago' };

/** UTC, the reader's own time, or how long ago: everywhere at once, and kept for the next page. */
export function TimesMenu() {
  const { mode, zone } = useTimes();
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={`Times: ${SHORT[mode]}${mode === 'local' ? `, ${zone}` : ''}`}
          title={mode === 'local' ? zone : undefined}
          className="inline-flex h-8 min-w-8 items-center justify-center rounded-md px-1.5 text-12 text-quiet hover:bg-hover hover:text-ink"
        >
          {SHORT[mode]}
        </button>
      }
    >
      <MenuChoice value={mode} onChange={applyTimes} options={OPTIONS} />
    </Menu>
  );
}
