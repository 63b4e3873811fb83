import clsx from 'clsx';
import { Room } from '@/components/ui/room';
import { TONE_TEXT, ToneIcon } from '@/components/ui/tone';
import { formatCount } from '@/lib/model/count';
import type { RulerGroup } from '@/lib/model/ruler';
import type { FaceMark } from '@/lib/model/ruler-face';
import { TONE_EDGE, TONE_FILL } from './ruler-track';

/** Two lines of 12 px and some air. */
export const LABEL_ROW_PX = 38;
/** From the middle of the track to the labels. */
const LABEL_UP_PX = 20;

/** What a mark looks like: its dot or count, and its label above with the line that leads there. */
export function MarkFace({ mark, isQuiet }: { mark: FaceMark<RulerGroup>; isQuiet: boolean }) {
  return (
    <>
      {mark.label && <Label mark={mark} isQuiet={isQuiet} {...mark.label} />}
      {mark.cursors.length > 1 ? <Count mark={mark} /> : <Dot mark={mark} isQuiet={isQuiet} />}
    </>
  );
}

/** Round for who is well, on its point for who is not; hollow where its place is a guess. */
function Dot({ mark, isQuiet }: { mark: FaceMark<RulerGroup>; isQuiet: boolean }) {
  const isGuess = mark.cursors[0]?.range != null;
  return (
    <span
      className={clsx(
        'size-3 ring-2 ring-raised',
        mark.isHighlighted && 'outline-2 outline-offset-2 outline-accent',
        mark.tone === 'calm' ? 'rounded-full' : 'rotate-45 rounded-[2px]',
        isGuess
          ? `border-2 bg-raised ${TONE_EDGE[mark.tone]}`
          : mark.tone !== 'calm'
            ? TONE_FILL[mark.tone]
            : mark.isHighlighted
              ? 'bg-accent'
              : isQuiet
                ? 'bg-mark'
                : TONE_FILL.calm,
      )}
    />
  );
}

function Count({ mark }: { mark: FaceMark<RulerGroup> }) {
  return (
    <span
      className={clsx(
        'grid h-5 min-w-5 place-items-center rounded-full border-2 bg-raised px-1 text-12 leading-none font-semibold tabular-nums',
        mark.isHighlighted && mark.tone === 'calm'
          ? 'border-accent text-accent-ink'
          : [TONE_EDGE[mark.tone], mark.tone === 'calm' ? 'text-ink' : TONE_TEXT[mark.tone]],
      )}
    >
      {formatCount(mark.cursors.length)}
    </span>
  );
}

const SIDES = { left: 'items-start', middle: 'items-center', right: 'items-end' };

/** The words keep to the line that leads to their mark. */
function sideOf({ widthPx }: FaceMark<RulerGroup>, offsetPx: number): keyof typeof SIDES {
  const part = offsetPx / widthPx;
  return part < 0.35 ? 'left' : part > 0.65 ? 'right' : 'middle';
}

function Label({
  mark,
  isQuiet,
  row,
  offsetPx,
}: {
  mark: FaceMark<RulerGroup>;
  isQuiet: boolean;
  row: number;
  offsetPx: number;
}) {
  const bottom = LABEL_UP_PX + row * LABEL_ROW_PX;
  // The mark is drawn in a box of 24 px: its middle is the track's. One room is as wide as from the
  // label's left edge to there, the other as the label.
  return (
    <>
      <Room
        width={1}
        height={bottom}
        className="absolute bottom-1/2 left-1/2 -translate-x-1/2 bg-control"
      />
      <span className="absolute right-1/2 bottom-1/2">
        <Room width={offsetPx} height={bottom} />
        <span className="absolute bottom-full left-0">
          <Room width={mark.widthPx} />
          <span
            data-label
            className={clsx(
              'absolute inset-x-0 bottom-0 flex flex-col text-12 leading-4',
              SIDES[sideOf(mark, offsetPx)],
            )}
          >
            <span
              className={clsx(
                'flex max-w-full items-center gap-1 font-medium underline-offset-4 group-hover/mark:underline',
                mark.tone !== 'calm' ? TONE_TEXT[mark.tone] : isQuiet ? 'text-quiet' : 'text-ink',
              )}
            >
              {mark.tone !== 'calm' && <ToneIcon tone={mark.tone} className="size-3" />}
              <span className="min-w-0 truncate">{mark.title}</span>
            </span>
            <span className="max-w-full truncate text-quiet tabular-nums">{mark.detail}</span>
          </span>
        </span>
      </span>
    </>
  );
}
