'use client';

import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { TimeWritingProvider } from '@/components/ui/timestamp';
import { applyTimes, browserZone, TimesContext, useChosenTimes } from '@/lib/browser/times';
import { formatTime, type TimeDisplay, zoneLabel } from '@/lib/model/time-display';

const TICK_MS = 1_000;

interface Props {
  initial: TimeDisplay;
  /** The server's clock when the page was rendered: relative times of the first HTML. */
  renderedAtMs: number;
  children: ReactNode;
}

/** How times are written everywhere within it. */
export function TimesProvider({ initial, renderedAtMs, children }: Props) {
  const times = useChosenTimes(initial);
  useOwnZone(times);
  const nowMs = useTicking(times.mode === 'relative', renderedAtMs);
  const writing = useMemo(
    () => ({
      write: (atMs: number, detail: 'time' | 'time-ms' | 'full') =>
        formatTime(atMs, detail, times, nowMs),
      zone: (atMs: number) => zoneLabel(atMs, times),
      isRelative: times.mode === 'relative',
    }),
    [times, nowMs],
  );
  return (
    <TimesContext value={times}>
      <TimeWritingProvider value={writing}>{children}</TimeWritingProvider>
    </TimesContext>
  );
}

/** Who chose local time and travelled since sees the clock of where they are. */
function useOwnZone({ mode, zone }: TimeDisplay): void {
  useEffect(() => {
    if (mode === 'local' && zone !== browserZone()) applyTimes('local');
  }, [mode, zone]);
}

/** The time by the second while it matters; before that, when the page was rendered. */
function useTicking(isTicking: boolean, renderedAtMs: number): number {
  const [nowMs, setNowMs] = useState(renderedAtMs);
  useEffect(() => {
    if (!isTicking) return;
    const tick = () => setNowMs(Date.now());
    tick();
    const timer = setInterval(tick, TICK_MS);
    return () => clearInterval(timer);
  }, [isTicking]);
  return nowMs;
}
