import clsx from 'clsx';
import type { ReactNode } from 'react';
import { LagFigure, LostFigure } from '@/components/group/lag-figure';
import { formatRate } from '@/lib/model/count';
import { formatDuration } from '@/lib/model/duration';
import type { DrainForecast } from '@/lib/model/forecast';
import type { TrimForecast } from '@/lib/model/forecast-trim';
import type { Lag } from '@/lib/model/lag';
import type { GroupSnapshot } from '@/lib/model/snapshot';

/** How a group stands: what waits, what is lost, how old it is, how fast it goes, when it ends. */
export function GroupFigures({ group }: { group: GroupSnapshot }) {
  const { lag, out_per_second: out, outlook } = group;
  return (
    <dl className="mb-5 grid grid-cols-2 gap-x-6 gap-y-3 border-y py-3 sm:grid-cols-3 xl:grid-cols-5">
      <Figure name="Lag" note={lagNote(lag)}>
        <LagFigure lag={lag} />
      </Figure>
      <Figure name="Lost" note={lostNote(lag, outlook.trim)}>
        <LostFigure lag={lag} />
      </Figure>
      <Figure name="Behind" note={behindNote(lag)}>
        {lag.behind_ms === null ? <Nothing lag={lag} /> : formatDuration(lag.behind_ms)}
      </Figure>
      <Figure
        name="Out"
        note={
          out === null
            ? 'not known yet'
            : `a second, over ${formatDuration(outlook.rate_window_ms)}`
        }
      >
        {out === null ? <Unknown /> : formatRate(out)}
      </Figure>
      <Figure name="Drains in" note={drainNote(outlook.drain)} className="max-sm:col-span-2">
        <DrainWords drain={outlook.drain} />
      </Figure>
    </dl>
  );
}

function Figure({
  name,
  note,
  className,
  children,
}: {
  name: string;
  note: string;
  className?: string;
  children: ReactNode;
}) {
  return (
    <div className={clsx('min-w-0', className)}>
      <dt className="text-12 text-quiet">{name}</dt>
      <dd>
        <span className="block text-20 tracking-tight tabular-nums">{children}</span>
        <span className="block text-12 text-faint">{note}</span>
      </dd>
    </div>
  );
}

function Unknown() {
  return <span className="text-faint">?</span>;
}

function Nothing({ lag }: { lag: Lag }) {
  return lag.value === 0 ? <span className="text-faint">–</span> : <Unknown />;
}

function lagNote({ quality, reason }: Lag): string {
  return quality === 'exact' ? 'entries that wait, exact' : (reason ?? 'entries that wait');
}

function lostNote({ lost }: Lag, trim: TrimForecast | null): string {
  if (trim?.status === 'reached') return 'unread entries are being trimmed';
  if (trim?.status === 'approaching' && trim.in_ms !== null) {
    return `trimming reaches it in about ${formatDuration(trim.in_ms)}`;
  }
  if (lost === null) return 'Redis does not tell';
  return lost === 0 ? 'nothing it has not read was trimmed' : 'trimmed before they were read';
}

function behindNote({ behind_ms, value }: Lag): string {
  if (behind_ms !== null) return 'age of the oldest that waits';
  return value === 0 ? 'nothing waits' : 'not known';
}

function DrainWords({ drain: { status, in_ms } }: { drain: DrainForecast }) {
  switch (status) {
    case 'drained':
      return <span className="text-faint">–</span>;
    case 'keeping_up':
      return 'keeps up';
    case 'draining':
      return (
        <>
          <span className="text-faint">≈</span>
          {formatDuration(in_ms ?? 0)}
        </>
      );
    case 'never':
      return 'never';
    default:
      return <Unknown />;
  }
}

function drainNote({ status, window_ms, reason }: DrainForecast): string {
  const window = formatDuration(window_ms ?? 0);
  switch (status) {
    case 'drained':
      return 'nothing waits';
    case 'keeping_up':
      return `what waits is read as it comes, over ${window}`;
    case 'draining':
      return `at the rate of the last ${window}`;
    case 'never':
      return `not at the rate of the last ${window}`;
    default:
      return reason ?? 'not known yet';
  }
}
