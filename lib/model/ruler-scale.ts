/**
 * The ruler's scale. A cursor with nothing left to read stands at 1, the head. Every other one
 * stands on the first part of the ruler, in proportion to what it has left: 0 is before the first
 * entry. Between the two lies a step, so that one entry behind is seen as behind, however long the
 * stream, and no proportion is bent for it.
 */
export const HEAD_STEP = 0.04;

/**
 * Where a cursor stands with that share of the stream left to read: 1 at the head, 0 before the
 * first entry. Falls strictly as the share grows.
 */
export function placeOfShare(shareLeft: number): number {
  return shareLeft <= 0 ? 1 : (1 - HEAD_STEP) * (1 - Math.min(1, shareLeft));
}

/** A mark of the scale: so many entries behind the head. */
export interface Graduation {
  at: number;
  behind: number;
}

/** Round numbers of entries behind the head, `marksMax` at most, nearest first. */
export function graduations(length: number, marksMax: number): Graduation[] {
  if (length < 2) return [];
  const step = Math.max(1, roundStep(length / (marksMax + 1)));
  const marks: Graduation[] = [];
  for (let behind = step; behind < length && marks.length < marksMax; behind += step) {
    marks.push({ at: placeOfShare(behind / length), behind });
  }
  return marks;
}

/** 1, 2 or 5 times a power of ten, at least as large. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5, 10].find((round) => round * power >= least * (1 - 1e-9)) ?? 10;
  return factor * power;
}
