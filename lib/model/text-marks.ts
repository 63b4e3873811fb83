export interface MarkedPart {
  text: string;
  isMarked: boolean;
}

/** Cuts text where one of `marks` (lower case) stands in it, whatever its case. */
export function markText(text: string, marks: readonly string[]): MarkedPart[] {
  const lower = text.toLowerCase();
  const parts: MarkedPart[] = [];
  let at = 0;
  // Places in the two are the same only where no letter changed its length.
  while (lower.length === text.length) {
    const next = nextMark(lower, marks, at);
    if (next === null) break;
    if (next.start > at) parts.push({ text: text.slice(at, next.start), isMarked: false });
    parts.push({ text: text.slice(next.start, next.end), isMarked: true });
    at = next.end;
  }
  if (at < text.length || parts.length === 0) parts.push({ text: text.slice(at), isMarked: false });
  return parts;
}

/** The mark that begins first, the longest of those. */
function nextMark(lower: string, marks: readonly string[], from: number) {
  let next: { start: number; end: number } | null = null;
  for (const mark of marks) {
    const start = mark === '' ? -1 : lower.indexOf(mark, from);
    const end = start + mark.length;
    if (start < 0) continue;
    if (next === null || start < next.start || (start === next.start && end > next.end)) {
      next = { start, end };
    }
  }
  return next;
}
