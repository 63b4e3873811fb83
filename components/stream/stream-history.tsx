'use client';

import { useMemo } from 'react';
import { ChartSection } from '@/components/charts/chart-section';
import { TimeChart } from '@/components/charts/time-chart';
import { useRange } from '@/components/charts/use-range';
import { useEventCounts } from '@/lib/browser/use-event-counts';
import { useHistory } from '@/lib/browser/use-history';
import { countOf } from '@/lib/model/count';
import {
  DRAWN_GROUPS_MAX,
  eventsChart,
  flowChart,
  groupChart,
  lengthChart,
} from '@/lib/model/history-charts';
import type { RecentRates } from '@/lib/model/recent-rates';
import { visibleText } from '@/lib/model/visible-text';
import { StreamRate } from './stream-rate';

interface Props {
  stream: string;
  /** Whether its entries are counted by type. */
  countsEvents: boolean;
  /** Consumer groups it has now. */
  groupsCount: number;
  /** What is known of the last minutes without any history. */
  recent: RecentRates;
}

const NOT_YET = 'Nothing is kept of this time yet.';

/** A stream's past as charts: its entries, its groups, and, of events, their types. */
export function StreamHistory({ stream, countsEvents, groupsCount, recent }: Props) {
  const [range] = useRange();
  const past = useHistory(stream, range, null);
  const { answer } = past;
  const groups = useMemo(() => answer?.groups.slice(0, DRAWN_GROUPS_MAX) ?? [], [answer]);
  const charts = useMemo(
    () =>
      answer && {
        flow: flowChart(answer, groups),
        lag: groupChart(answer, groups, 'lag'),
        pending: groupChart(answer, groups, 'pending'),
        length: lengthChart(answer),
      },
    [answer, groups],
  );
  if (answer?.history.configured === 'off') {
    return (
      <ChartSection past={past}>
        <StreamRate recent={recent} />
      </ChartSection>
    );
  }
  const expected = answer === null ? Math.min(groupsCount, DRAWN_GROUPS_MAX) : groups.length;
  return (
    <ChartSection past={past} note={notDrawn(answer?.groups.slice(DRAWN_GROUPS_MAX) ?? [])}>
      <TimeChart
        title="In and out"
        unit="per_second"
        data={charts?.flow ?? null}
        expected={1 + expected}
        empty={NOT_YET}
      />
      {expected > 0 && (
        <>
          <TimeChart
            title="Lag"
            unit="entries"
            data={charts?.lag ?? null}
            expected={expected}
            empty={NOT_YET}
          />
          <TimeChart
            title="Pending"
            unit="entries"
            data={charts?.pending ?? null}
            expected={expected}
            empty={NOT_YET}
          />
        </>
      )}
      <TimeChart title="Length" unit="entries" data={charts?.length ?? null} empty={NOT_YET} />
      {countsEvents && <EventTypes stream={stream} time={charts?.length ?? null} />}
    </ChartSection>
  );
}

function notDrawn(names: readonly string[]): string | null {
  if (names.length === 0) return null;
  const them = names.map(visibleText).join(', ');
  return `${countOf(names.length, 'group')} not drawn here: ${them}`;
}

/** Over the time the other charts show. */
function EventTypes({
  stream,
  time,
}: {
  stream: string;
  time: { fromMs: number; toMs: number } | null;
}) {
  const [range] = useRange();
  const { answer, error } = useEventCounts(stream, range);
  const data = useMemo(() => {
    if (answer === null) return null;
    const chart = eventsChart(answer);
    return time ? { ...chart, fromMs: time.fromMs, toMs: time.toMs } : chart;
  }, [answer, time]);
  if (error?.problem?.status === 404) return null;
  return (
    <TimeChart
      title="Events by type"
      unit="entries"
      kind="bars"
      data={data}
      expected={6}
      empty={error ? error.message : 'No event was counted in this time.'}
      className="lg:col-span-2"
    />
  );
}
