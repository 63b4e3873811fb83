import { DurationFigure } from '@/components/group/duration-figure';
import { FigureCell, STACKED_ROW } from '@/components/group/figure-cell';
import { GroupCells } from '@/components/group/group-cells';
import { LostFigure } from '@/components/group/lag-figure';
import { GroupTrack } from '@/components/ruler/small-ruler';
import { Cell, TableRow } from '@/components/ui/table';
import { WarmFigure } from '@/components/ui/warm-figure';
import { formatCount, formatRate } from '@/lib/model/count';
import { slowestDrain } from '@/lib/model/drain-words';
import type { RulerCursor } from '@/lib/model/ruler';
import type { RulerTone } from '@/lib/model/ruler-tone';
import type { GroupSnapshot } from '@/lib/model/snapshot';
import { DrainCell } from './drain-cell';

interface Props {
  stream: string;
  group: GroupSnapshot;
  /** Where it stands on the stream's ruler. */
  cursor: RulerCursor<GroupSnapshot> | undefined;
  tones: ReadonlyMap<string, RulerTone>;
}

/** A group under its stream: its state in words, then what is left for it to do. */
export function GroupRow({ stream, group, cursor, tones }: Props) {
  return (
    <TableRow className={STACKED_ROW}>
      <GroupCells stream={stream} group={group} isNested />
      <FigureCell label="behind" none={group.lag.behind_ms === null}>
        <DurationFigure ms={group.lag.behind_ms ?? 0} />
      </FigureCell>
      <DrainCell drain={slowestDrain([group])} />
      <FigureCell label="lost" none={group.lag.lost === 0}>
        <LostFigure lag={group.lag} />
      </FigureCell>
      <FigureCell label="pending" none={group.pending === 0}>
        <WarmFigure value={group.pending}>{formatCount(group.pending)}</WarmFigure>
      </FigureCell>
      <FigureCell label="consumers">
        <WarmFigure value={group.consumers}>{formatCount(group.consumers)}</WarmFigure>
      </FigureCell>
      <FigureCell label="length" />
      <FigureCell label="in/s" />
      <FigureCell label="out/s">
        {group.out_per_second === null ? (
          <span className="text-faint">?</span>
        ) : (
          formatRate(group.out_per_second)
        )}
      </FigureCell>
      <Cell className="px-2 max-xl:w-full max-xl:p-0">
        {cursor && <GroupTrack cursor={cursor} tones={tones} />}
      </Cell>
    </TableRow>
  );
}
