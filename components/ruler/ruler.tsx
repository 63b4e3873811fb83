'use client';

import clsx from 'clsx';
import type { ReactNode } from 'react';
import { Room } from '@/components/ui/room';
import { Timestamp } from '@/components/ui/timestamp';
import { ToneIcon } from '@/components/ui/tone';
import { useTimes } from '@/lib/browser/times';
import { formatCount } from '@/lib/model/count';
import { type EntryId, entryIdTimestamp } from '@/lib/model/entry-id';
import { type Ruler as RulerGeometry, rulerOf } from '@/lib/model/ruler';
import { endTimes, LABEL_ROWS, type RulerFace, rulerFace } from '@/lib/model/ruler-face';
import { groupTones, type RulerTone } from '@/lib/model/ruler-tone';
import { lostLabel } from '@/lib/model/ruler-words';
import type { GroupSnapshot, StreamSnapshot } from '@/lib/model/snapshot';
import { LABEL_ROW_PX } from './mark-face';
import { RulerMarkLink, sentenceOf } from './ruler-mark';
import { AlongTrack, Band, LostZone, RangeLine } from './ruler-track';

/** Laid out for each least width, so that the first HTML is right on every screen; CSS shows one. */
const FACES = [
  { widthPx: 272, className: '@min-[40rem]:hidden' },
  { widthPx: 640, className: 'hidden @min-[40rem]:block @min-[60rem]:hidden' },
  { widthPx: 960, className: 'hidden @min-[60rem]:block' },
];

interface Props {
  stream: StreamSnapshot;
  /** A group whose cursor stands out. */
  highlight?: string;
}

/** A stream from its first entry to its last, and how far each group has read. */
export function Ruler({ stream, highlight }: Props) {
  const ruler = rulerOf(stream);
  const tones = groupTones(stream);
  return (
    <figure aria-label="How far each group has read" className="@container">
      <ul className="sr-only">
        {ruler.lost && <li>{lostLabel(ruler.lost)}</li>}
        {ruler.cursors.map(({ group }) => (
          <li key={group.name}>{sentenceOf(group)}</li>
        ))}
      </ul>
      {FACES.map(({ widthPx, className }) => {
        const face = rulerFace(stream, ruler, { widthPx, tones, highlight: highlight ?? null });
        return (
          <div key={widthPx} className={className}>
            <Face
              face={face}
              ruler={ruler}
              stream={stream}
              tones={tones}
              {...(highlight === undefined ? {} : { highlight })}
            />
          </div>
        );
      })}
    </figure>
  );
}

interface FaceProps extends Props {
  face: RulerFace<GroupSnapshot>;
  ruler: RulerGeometry<GroupSnapshot>;
  tones: ReadonlyMap<string, RulerTone>;
}

function Face({ face, ruler, stream, tones, highlight }: FaceProps) {
  const rearmost = ruler.cursors[0]?.group;
  return (
    <div>
      <Room width={0} height={LABEL_ROWS * LABEL_ROW_PX} />
      <Track face={face} className="h-10">
        {ruler.lost && (
          <span className="absolute top-1/2 right-full h-3 -translate-y-1/2">
            <Room width={face.leftPx} />
            <LostZone className="inset-x-0 h-full" />
          </span>
        )}
        <Band
          ruler={ruler}
          tone={rearmost === undefined ? 'calm' : (tones.get(rearmost.name) ?? 'calm')}
          className="h-3"
        />
        {face.graduations.map(({ at, behind }) => (
          <AlongTrack key={behind} from={at}>
            <span className="mt-2 h-1.5 w-px shrink-0 bg-control" />
          </AlongTrack>
        ))}
        <End className={clsx('-left-px', ruler.lost ? 'bg-bad' : 'bg-mark')} />
        <End className="-right-px bg-mark" />
        {ruler.cursors.map((cursor) => (
          <RangeLine key={cursor.group.name} cursor={cursor} />
        ))}
        {face.marks.map((mark) => (
          <RulerMarkLink
            key={mark.cursors[0]?.group.name}
            mark={mark}
            stream={stream.name}
            tones={tones}
            isQuiet={highlight !== undefined && !mark.isHighlighted}
          />
        ))}
      </Track>
      <Scale face={face} ruler={ruler} stream={stream} />
    </div>
  );
}

/** The track between the rooms at its ends. */
function Track({
  face,
  className,
  children,
}: Pick<FaceProps, 'face'> & { className: string; children: ReactNode }) {
  return (
    <div className={clsx('flex', className)}>
      <Room width={face.leftPx} />
      <div className="relative min-w-0 flex-1">{children}</div>
      <Room width={face.rightPx} />
    </div>
  );
}

function End({ className }: { className: string }) {
  return <span className={clsx('absolute top-1/2 h-7 w-0.5 -translate-y-1/2', className)} />;
}

/** Under the track: from when to when, and how many entries behind the head. */
function Scale({ face, ruler, stream }: Pick<FaceProps, 'face' | 'ruler' | 'stream'>) {
  const times = endTimes(stream, useTimes().zone);
  return (
    <div aria-hidden className="relative h-4 text-12 text-faint tabular-nums">
      <span className="absolute left-0 flex items-center gap-1 whitespace-nowrap">
        {ruler.lost ? (
          <>
            <ToneIcon tone="bad" className="size-3" />
            <span className="font-medium text-bad-ink">{lostLabel(ruler.lost)}</span>
          </>
        ) : (
          times.first && (
            <>
              first <EndTime id={stream.first_entry} words={times.first} />
            </>
          )
        )}
      </span>
      <Track face={face} className="h-full">
        {face.graduations.map(({ at, behind }) => (
          <AlongTrack key={behind} from={at} className="top-0">
            <span className="shrink-0 -translate-x-1/2 whitespace-nowrap">
              −{formatCount(behind)}
            </span>
          </AlongTrack>
        ))}
      </Track>
      <span className="absolute top-0 right-0 whitespace-nowrap">
        {ruler.isEmpty
          ? 'empty'
          : times.last && (
              <>
                last <EndTime id={stream.last_entry} words={times.last} />
              </>
            )}
      </span>
    </div>
  );
}

/** As short as the other end allows, or how long ago. */
function EndTime({ id, words }: { id: EntryId | null; words: string }) {
  const at = id === null ? null : entryIdTimestamp(id);
  if (useTimes().mode === 'relative' && at !== null) return <Timestamp at={at} />;
  return <span title={at ?? undefined}>{words}</span>;
}
