import clsx from 'clsx';
import { Explain } from '@/components/ui/tooltip';
import type { Ruler, RulerCursor } from '@/lib/model/ruler';
import type { RulerTone } from '@/lib/model/ruler-tone';
import { lagSentence, rulerSentence } from '@/lib/model/ruler-words';
import type { GroupSnapshot } from '@/lib/model/snapshot';
import { visibleText } from '@/lib/model/visible-text';
import { AlongTrack, Band, LostZone, RangeLine, TONE_EDGE, TONE_FILL } from './ruler-track';

type Cursor = RulerCursor<GroupSnapshot>;
type Tones = ReadonlyMap<string, RulerTone>;

interface Props {
  ruler: Ruler<GroupSnapshot>;
  tones: Tones;
}

/** A stream and all of its cursors in one row of a table; said in a sentence to a screen reader. */
export function SmallRuler({ ruler, tones }: Props) {
  const { cursors } = ruler;
  const rearmost = cursors[0];
  return (
    <Explain
      because={cursors.map(cursorLine).join('\n')}
      className="block! h-6 w-full no-underline! [&>div]:h-full"
    >
      <div role="img" aria-label={rulerSentence(cursors)} className="relative mr-2 ml-5">
        {ruler.lost && <LostZone className="-left-4.5 h-1.5 w-4.5" />}
        <Band ruler={ruler} tone={rearmost ? toneOf(tones, rearmost) : 'calm'} className="h-1.5" />
        <End className={clsx('-left-px', ruler.lost && 'bg-bad')} />
        <End className="-right-px" />
        {cursors.map((cursor) => (
          <Cursor key={cursor.group.name} cursor={cursor} tone={toneOf(tones, cursor)} />
        ))}
      </div>
    </Explain>
  );
}

/**
 * One group's cursor alone, under its stream's ruler and on the same scale, with what it has left
 * to read. Its row tells the figures: hidden from a screen reader.
 */
export function GroupTrack({ cursor, tones }: { cursor: Cursor; tones: Tones }) {
  const tone = toneOf(tones, cursor);
  const hasLost = (cursor.group.lag.lost ?? 0) > 0;
  return (
    <div aria-hidden className="relative h-6 pr-2 pl-5">
      <div className="relative h-full">
        {hasLost && <LostZone className="-left-4.5 h-1 w-4.5" />}
        <Band
          ruler={{ isEmpty: false, unreadFrom: cursor.at < 1 ? cursor.at : null }}
          tone={tone}
          isPlain
          className="h-1"
        />
        <Cursor cursor={cursor} tone={tone} />
      </div>
    </div>
  );
}

/** A round mark for who is well, one on its point for who is not; hollow where it is a guess. */
function Cursor({ cursor, tone }: { cursor: Cursor; tone: RulerTone }) {
  return (
    <>
      <RangeLine cursor={cursor} />
      <AlongTrack from={cursor.at}>
        <span
          className={clsx(
            'size-2 shrink-0 -translate-1/2 ring-2 ring-raised',
            tone === 'calm' ? 'rounded-full' : 'rotate-45 rounded-[1px]',
            cursor.range === null ? TONE_FILL[tone] : `border-2 bg-raised ${TONE_EDGE[tone]}`,
          )}
        />
      </AlongTrack>
    </>
  );
}

function End({ className }: { className: string }) {
  return (
    <span className={clsx('absolute top-1/2 h-3.5 w-px -translate-y-1/2 bg-mark', className)} />
  );
}

function toneOf(tones: Tones, cursor: Cursor): RulerTone {
  return tones.get(cursor.group.name) ?? 'calm';
}

function cursorLine({ group }: Cursor): string {
  return `${visibleText(group.name)}: ${lagSentence(group.lag)}`;
}
