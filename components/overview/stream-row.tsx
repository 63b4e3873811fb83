import { FigureCell, STACKED_ROW } from '@/components/group/figure-cell';
import { CodeBlock } from '@/components/ui/code-block';
import { StateMark } from '@/components/ui/state-mark';
import { Cell, TableRow } from '@/components/ui/table';
import { NameLink } from '@/components/ui/text-link';
import { WarmFigure } from '@/components/ui/warm-figure';
import { formatCount, formatRate } from '@/lib/model/count';
import { redisCliCommand } from '@/lib/model/redis-command';
import type { StreamSnapshot } from '@/lib/model/snapshot';
import { streamPageHref } from '@/lib/model/stream-href';
import { Sparkline } from './sparkline';
import { StreamAge } from './stream-age';

/** A stream: how long it is and how fast it grows. */
export function StreamRow({ stream }: { stream: StreamSnapshot }) {
  return (
    <TableRow className={`h-9 ${STACKED_ROW}`}>
      <Cell className="truncate max-xl:w-full max-xl:p-0">
        <NameLink href={streamPageHref(stream.name)} className="font-semibold" title={stream.name}>
          {stream.name}
        </NameLink>
      </Cell>
      {stream.status === 'ok' ? <Figures stream={stream} /> : <NotThere stream={stream} />}
    </TableRow>
  );
}

function Figures({ stream }: { stream: StreamSnapshot }) {
  return (
    <>
      <Cell colSpan={6} className="px-2 text-quiet max-xl:hidden">
        {stream.groups.length === 0 && 'No consumer group reads it. '}
        <StreamAge stream={stream} />
      </Cell>
      <FigureCell label="length">
        <WarmFigure value={stream.length}>{formatCount(stream.length)}</WarmFigure>
      </FigureCell>
      <FigureCell label="in/s">
        {stream.in_per_second === null ? (
          <span className="text-faint">?</span>
        ) : (
          formatRate(stream.in_per_second)
        )}
      </FigureCell>
      <FigureCell label="out/s" />
      <Cell className="px-2 max-xl:ml-auto max-xl:p-0 xl:pr-3 [&>*]:ml-auto">
        <Sparkline points={stream.recent} />
      </Cell>
    </>
  );
}

/** What stands in place of figures, and the command that would make the stream. */
function NotThere({ stream }: { stream: StreamSnapshot }) {
  const absent = stream.status === 'absent';
  return (
    <Cell colSpan={10} className="px-2 max-xl:w-full max-xl:p-0">
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
