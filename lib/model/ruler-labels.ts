import type { RulerCursor } from './ruler';

/** Cursors that stand too close to be told apart, drawn as one mark where the rearmost stands. */
export interface RulerMark<Cursor extends RulerCursor = RulerCursor> {
  at: number;
  cursors: Cursor[];
}

/**
 * Marks at least `apart` from each other, of cursors given rearmost first. A mark stands where its
 * rearmost cursor does: being drawn together flatters nobody.
 */
export function mergeCursors<Cursor extends RulerCursor>(
  cursors: readonly Cursor[],
  apart: number,
): RulerMark<Cursor>[] {
  const marks: RulerMark<Cursor>[] = [];
  for (const cursor of cursors) {
    const mark = marks.at(-1);
    if (mark !== undefined && cursor.at - mark.at < apart) mark.cursors.push(cursor);
    else marks.push({ at: cursor.at, cursors: [cursor] });
  }
  return marks;
}

/** A label that wants to stand over its mark. */
export interface LabelWish {
  /** The mark's place, 0 to 1 of the track. */
  at: number;
  widthPx: number;
  /** The higher ones are placed first. */
  rank: number;
}

export interface LabelPlace {
  /** 0 is next to the track. */
  row: number;
  /** How far the label's left edge lies left of its mark. */
  offsetPx: number;
}

export interface LabelSpace {
  /** The narrowest the track is drawn. */
  trackPx: number;
  /** How far a label may reach past the track's ends. */
  leftPx: number;
  rightPx: number;
  rowsMax: number;
}

/** Between two labels, and between a label and a line that leads past it to another. */
const GAP_PX = 12;
const LINE_GAP_PX = 4;
/** So far inside its label a mark stands at least. */
const INSET_PX = 6;
const ROUNDING_PX = 1e-6;

interface Box {
  left: number;
  right: number;
  row: number;
  x: number;
}

/**
 * Finds each label a row and an offset, or null where it would not fit: no two labels touch, none
 * leaves the space, none is crossed by the line that leads from another to its mark. A label always
 * stands over its own mark, so what holds at `trackPx` holds on every wider track.
 */
export function placeLabels(
  wishes: readonly LabelWish[],
  space: LabelSpace,
): (LabelPlace | null)[] {
  const places: (LabelPlace | null)[] = wishes.map(() => null);
  const taken: Box[] = [];
  const inOrder = wishes
    .map((wish, index) => ({ wish, index }))
    .sort((a, b) => b.wish.rank - a.wish.rank || a.index - b.index);
  for (const [turn, { wish, index }] of inOrder.entries()) {
    const toCome = inOrder.slice(turn + 1).map((later) => later.wish.at * space.trackPx);
    const box = findBox(wish, space, taken, toCome);
    if (box === null) continue;
    taken.push(box);
    places[index] = { row: box.row, offsetPx: box.x - box.left };
  }
  return places;
}

/** The place that stands in the way of the fewest labels to come, then the lowest, then the middle. */
function findBox(
  wish: LabelWish,
  space: LabelSpace,
  taken: readonly Box[],
  toCome: readonly number[],
): Box | null {
  const x = wish.at * space.trackPx;
  const inset = Math.min(INSET_PX, wish.widthPx / 2);
  const lowest = Math.max(-space.leftPx, x - wish.widthPx + inset);
  const highest = Math.min(space.trackPx + space.rightPx - wish.widthPx, x - inset);
  const wanted = Math.min(highest, Math.max(lowest, x - wish.widthPx / 2));
  const isInside = (left: number) =>
    left >= lowest - ROUNDING_PX &&
    left <= highest + ROUNDING_PX &&
    left <= x &&
    x <= left + wish.widthPx;
  const besideLines = toCome.flatMap((other) => [
    other + LINE_GAP_PX,
    other - LINE_GAP_PX - wish.widthPx,
  ]);
  let best: { box: Box; inTheWay: number; awayPx: number } | null = null;
  for (let row = 0; row < space.rowsMax; row++) {
    for (const left of [wanted, ...besideLines, ...edges(taken, row, wish.widthPx)]) {
      const box = { left, right: left + wish.widthPx, row, x };
      if (!isInside(left) || taken.some((other) => collides(box, other))) continue;
      const isTop = row === space.rowsMax - 1;
      const inTheWay = isTop ? 0 : toCome.filter((other) => covers(box, other)).length;
      const awayPx = Math.abs(left - wanted);
      const isBetter =
        best === null ||
        inTheWay < best.inTheWay ||
        (inTheWay === best.inTheWay && row === best.box.row && awayPx < best.awayPx);
      if (isBetter) best = { box, inTheWay, awayPx };
    }
  }
  return best?.box ?? null;
}

/** Left edges that would stand right beside what is already there. */
function edges(taken: readonly Box[], row: number, widthPx: number): number[] {
  return taken.flatMap((box) =>
    box.row === row
      ? [box.right + GAP_PX, box.left - GAP_PX - widthPx]
      : [box.x + LINE_GAP_PX, box.x - LINE_GAP_PX - widthPx],
  );
}

function collides(a: Box, b: Box): boolean {
  if (a.row === b.row) {
    return a.left < b.right + GAP_PX - ROUNDING_PX && b.left < a.right + GAP_PX - ROUNDING_PX;
  }
  return a.row > b.row ? covers(b, a.x) : covers(a, b.x);
}

/** Whether a line at `x` would run through the label. */
function covers(box: Box, x: number): boolean {
  return x > box.left - LINE_GAP_PX + ROUNDING_PX && x < box.right + LINE_GAP_PX - ROUNDING_PX;
}
