import { VisibleText } from '@/components/entry/visible-text';
import { DurationFigure } from '@/components/group/duration-figure';
import { FigureCell, STACKED_ROW } from '@/components/group/figure-cell';
import { LagFigure } from '@/components/group/lag-figure';
import { SmallRuler } from '@/components/ruler/small-ruler';
import { CodeBlock } from '@/components/ui/code-block';
import { StateMark } from '@/components/ui/state-mark';
import { Cell, TableRow } from '@/components/ui/table';
import { NameLink } from '@/components/ui/text-link';
import { WarmFigure } from '@/components/ui/warm-figure';
import { formatCount, formatRate } from '@/lib/model/count';
import { slowestDrain } from '@/lib/model/drain-words';
import { redisCliCommand } from '@/lib/model/redis-command';
import type { Ruler } from '@/lib/model/ruler';
import type { RulerTone } from '@/lib/model/ruler-tone';
import type { GroupSnapshot, StreamSnapshot } from '@/lib/model/snapshot';
import { streamPageHref } from '@/lib/model/stream-href';
import { streamStanding } from '@/lib/model/stream-standing';
import { visibleText } from '@/lib/model/visible-text';
import { DrainCell } from './drain-cell';
import { Sparkline } from './sparkline';
import { StreamAge } from './stream-age';

interface Props {
  stream: StreamSnapshot;
  ruler: Ruler<GroupSnapshot>;
  tones: ReadonlyMap<string, RulerTone>;
}

/** A stream: how long it is, how fast it grows, and how its groups stand, the worst of them. */
export function StreamRow({ stream, ruler, tones }: Props) {
  return (
    <TableRow className={`h-9 ${STACKED_ROW}`}>
      <Cell className="truncate max-xl:w-full max-xl:p-0">
        <NameLink
          href={streamPageHref(stream.name)}
          className="font-semibold"
          title={visibleText(stream.name)}
        >
          <VisibleText text={stream.name} />
        </NameLink>
      </Cell>
      {stream.status === 'ok' ? (
        <Figures stream={stream} ruler={ruler} tones={tones} />
      ) : (
        <NotThere stream={stream} />
      )}
    </TableRow>
  );
}

function Figures({ stream, ruler, tones }: Props) {
  return (
    <>
      {stream.groups.length === 0 ? (
        <Cell colSpan={7} className="px-2 text-quiet max-xl:w-full max-xl:p-0">
          No consumer group reads it. <StreamAge stream={stream} />
        </Cell>
      ) : (
        <Standing stream={stream} />
      )}
      <FigureCell label="length">
        <WarmFigure value={stream.length}>{formatCount(stream.length)}</WarmFigure>
      </FigureCell>
      <FigureCell label="in/s">
        <span className="inline-flex items-baseline justify-end gap-2">
          {/* Where there is room for one picture only, it is the ruler. */}
          <span className="self-center xl:max-[89.99rem]:hidden">
            <Sparkline recent={stream.recent} />
          </span>
          <Rate perSecond={stream.in_per_second} className="min-w-7" />
        </span>
      </FigureCell>
      <OutCell stream={stream} />
      <Cell className="px-2 max-xl:w-full max-xl:p-0">
        <SmallRuler ruler={ruler} tones={tones} />
      </Cell>
    </>
  );
}

/** The worst of the groups' figures. */
function Standing({ stream }: { stream: StreamSnapshot }) {
  const { lag, behindMs } = streamStanding(stream.groups);
  return (
    <>
      <Cell className="max-xl:hidden" />
      <FigureCell label="worst lag">{lag && <LagFigure lag={lag} />}</FigureCell>
      <FigureCell label="behind" none={behindMs === null}>
        <DurationFigure ms={behindMs ?? 0} />
      </FigureCell>
      <DrainCell drain={slowestDrain(stream.groups)} />
      <FigureCell label="lost" />
      <FigureCell label="pending" />
      <FigureCell label="consumers" />
    </>
  );
}

/** What the slowest group is given. */
function OutCell({ stream }: { stream: StreamSnapshot }) {
  if (stream.groups.length === 0) return <FigureCell label="out/s" />;
  return (
    <FigureCell label="out/s">
      <Rate perSecond={streamStanding(stream.groups).outPerSecond} />
    </FigureCell>
  );
}

function Rate({ perSecond, className }: { perSecond: number | null; className?: string }) {
  return (
    <span className={className}>
      {perSecond === null ? <span className="text-faint">?</span> : formatRate(perSecond)}
    </span>
  );
}

/** What stands in place of figures, and the command that would make the stream. */
function NotThere({ stream }: { stream: StreamSnapshot }) {
  const absent = stream.status === 'absent';
  return (
    <Cell colSpan={11} className="px-2 max-xl:w-full max-xl:p-0">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 py-0.5">
        <StateMark tone={absent ? 'off' : 'bad'}>{absent ? 'absent' : 'not a stream'}</StateMark>
        <CodeBlock
          label="Copy the command"
          className="max-w-full"
          code={
            absent
              ? redisCliCommand('XGROUP', 'CREATE', stream.name, 'my-group', '$', 'MKSTREAM')
              : redisCliCommand('TYPE', stream.name)
          }
        />
        <span className="text-12 text-quiet">
          {absent ? 'makes it with a group; the first entry does too.' : 'says what the key holds.'}
        </span>
      </div>
    </Cell>
  );
}
