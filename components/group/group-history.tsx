'use client';

import { useMemo } from 'react';
import { ChartSection } from '@/components/charts/chart-section';
import { TimeChart } from '@/components/charts/time-chart';
import { useRange } from '@/components/charts/use-range';
import { useHistory } from '@/lib/browser/use-history';
import { flowChart, groupChart } from '@/lib/model/history-charts';

const NOT_YET = 'Nothing is kept of this time yet.';

/** A consumer group's past as charts: how far behind, how fast, and what it lost. */
export function GroupHistory({ stream, group }: { stream: string; group: string }) {
  const [range] = useRange();
  const past = useHistory(stream, range, group);
  const { answer } = past;
  const charts = useMemo(() => {
    if (answer === null) return null;
    const [name] = answer.groups;
    const groups = name === undefined ? [] : [name];
    return {
      lag: groupChart(answer, groups, 'lag'),
      flow: flowChart(answer, groups),
      pending: groupChart(answer, groups, 'pending'),
      behind: groupChart(answer, groups, 'behind'),
      lost: groupChart(answer, groups, 'lost'),
    };
  }, [answer]);
  return (
    <ChartSection past={past} isHeadingHidden>
      {answer?.history.configured !== 'off' && (
        <>
          <TimeChart title="Lag" unit="entries" data={charts?.lag ?? null} empty={NOT_YET} />
          <TimeChart
            title="In and out"
            unit="per_second"
            data={charts?.flow ?? null}
            expected={2}
            empty={NOT_YET}
          />
          <TimeChart
            title="Pending"
            unit="entries"
            data={charts?.pending ?? null}
            empty={NOT_YET}
          />
          <TimeChart
            title="Time behind"
            unit="duration_ms"
            data={charts?.behind ?? null}
            empty={NOT_YET}
          />
          <TimeChart title="Lost" unit="entries" data={charts?.lost ?? null} empty={NOT_YET} />
        </>
      )}
    </ChartSection>
  );
}
