import { entryIdTimeMs, entryIdTimestamp } from './entry-id';
import type { Ruler, RulerCursor, RulerGroup } from './ruler';
import { type LabelPlace, mergeCursors, placeLabels, type RulerMark } from './ruler-labels';
import { type Graduation, graduations } from './ruler-scale';
import { type RulerTone, worstTone } from './ruler-tone';
import { labelWidthPx, lagLabel, markTitle } from './ruler-words';
import type { StreamSnapshot } from './snapshot';
import { wallClock } from './time-display';
import { visibleText } from './visible-text';

/** The large ruler as it is laid out for one least width; it is right at every greater one. */
export interface RulerFace<Group extends RulerGroup> {
  /** Room left and right of the track. */
  leftPx: number;
  rightPx: number;
  marks: FaceMark<Group>[];
  graduations: Graduation[];
}

export interface FaceMark<Group extends RulerGroup> extends RulerMark<RulerCursor<Group>> {
  tone: RulerTone;
  isHighlighted: boolean;
  /** A group's name, or how many stand here. */
  title: string;
  detail: string;
  widthPx: number;
  /** Null where there is no room for the label: the mark alone is drawn. */
  label: LabelPlace | null;
}

interface Options {
  /** The least width this face is drawn at. */
  widthPx: number;
  tones: ReadonlyMap<string, RulerTone>;
  /** A group that stands out; null for none. */
  highlight: string | null;
}

/** A mark is to be hit with a finger. */
const MARK_PX = 24;
export const LABEL_ROWS = 2;
const LABEL_WIDTH_PX_MAX = 220;
const ICON_PX = 16;
/** Room for the mark at either end, and for the hatched zone where something was lost. */
const END_PX = 12;
const LOST_PX = 44;
/** What the words at the ends of the scale need. */
const END_WORDS_PX = 132;
const GRADUATION_PX = 72;

export function rulerFace<Group extends RulerGroup>(
  stream: Pick<StreamSnapshot, 'length'>,
  ruler: Ruler<Group>,
  { widthPx, tones, highlight }: Options,
): RulerFace<Group> {
  const leftPx = ruler.lost ? LOST_PX : END_PX;
  const trackPx = widthPx - leftPx - END_PX;
  const marks = mergeCursors(ruler.cursors, MARK_PX / trackPx).map((mark) =>
    faceMark(mark, tones, highlight, widthPx),
  );
  const places = placeLabels(
    marks.map((mark) => ({ at: mark.at, widthPx: mark.widthPx, rank: rankOf(mark) })),
    { trackPx, leftPx, rightPx: END_PX, rowsMax: LABEL_ROWS },
  );
  const marksMax = Math.floor((trackPx - 2 * END_WORDS_PX) / GRADUATION_PX);
  return {
    leftPx,
    rightPx: END_PX,
    marks: marks.map((mark, index) => ({ ...mark, label: places[index] ?? null })),
    graduations: graduations(stream.length, Math.max(1, Math.min(9, marksMax))).filter(
      ({ at }) =>
        at * trackPx > END_WORDS_PX + GRADUATION_PX / 2 - leftPx &&
        (1 - at) * trackPx > END_WORDS_PX + GRADUATION_PX / 2,
    ),
  };
}

function faceMark<Group extends RulerGroup>(
  mark: RulerMark<RulerCursor<Group>>,
  tones: ReadonlyMap<string, RulerTone>,
  highlight: string | null,
  widthPx: number,
): Omit<FaceMark<Group>, 'label'> {
  const groups = mark.cursors.map((cursor) => cursor.group);
  const rearmost = groups[0];
  const isHighlighted = groups.some(({ name }) => name === highlight);
  const tone = worstTone(tones, groups);
  const together = markTitle(mark);
  const title = together ?? visibleText(rearmost?.name ?? '');
  const detail =
    together !== null
      ? groups.map(({ name }) => visibleText(name)).join(', ')
      : rearmost
        ? lagLabel(rearmost.lag)
        : '';
  return {
    ...mark,
    tone,
    isHighlighted,
    title,
    detail,
    widthPx: Math.min(
      LABEL_WIDTH_PX_MAX,
      Math.floor(widthPx * 0.6),
      Math.max(labelWidthPx(title) + (tone === 'calm' ? 0 : ICON_PX), labelWidthPx(detail)),
    ),
  };
}

/** Trouble first, then who is furthest behind, then the head. */
function rankOf({
  tone,
  isHighlighted,
  at,
}: Pick<FaceMark<RulerGroup>, 'tone' | 'isHighlighted' | 'at'>): number {
  const byTone = { bad: 4, warn: 3, calm: 0 }[tone];
  return (isHighlighted ? 10 : 0) + byTone + (at === 1 ? 0.5 : 1 - at);
}

/**
 * What clocks of a zone show at the ends, with the dates where those differ; null where there is no
 * such date.
 */
export function endTimes(
  stream: Pick<StreamSnapshot, 'first_entry' | 'last_entry'>,
  zone = 'UTC',
): { first: string | null; last: string | null } {
  const [first = null, last = null] = [stream.first_entry, stream.last_entry].map((id) =>
    id === null || entryIdTimestamp(id) === null ? null : wallClock(entryIdTimeMs(id), zone),
  );
  const isOneDay = first !== null && last !== null && first.slice(0, 10) === last.slice(0, 10);
  const clock = (wall: string | null) =>
    wall && (isOneDay ? wall.slice(11, 19) : wall.slice(0, 16).replace('T', ' '));
  return { first: clock(first), last: clock(last) };
}
