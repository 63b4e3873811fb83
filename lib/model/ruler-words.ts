import { formatCount } from './count';
import { formatDuration } from './duration';
import type { Lag, LagQuality } from './lag';
import type { RulerLost } from './ruler';
import type { RulerMark } from './ruler-labels';
import { visibleText } from './visible-text';

const SIGNS: Record<LagQuality, string> = { exact: '', counted: '≈', at_least: '≥', unknown: '' };
const SPOKEN: Record<LagQuality, string> = {
  exact: '',
  counted: 'about ',
  at_least: 'at least ',
  unknown: '',
};

/** How far behind, short, the worst first: `190 lost · ≈6,400 behind · 12 min`. */
export function lagLabel(lag: Lag): string {
  return [...lost(lag), entriesBehind(lag, SIGNS), ...age(lag)].join(' · ');
}

/** How far behind, to be read out: `about 6,400 behind, 12 min, 190 lost unread`. */
export function lagSentence(lag: Lag): string {
  return [
    entriesBehind(lag, SPOKEN),
    ...age(lag),
    ...lost(lag).map((words) => `${words} unread`),
  ].join(', ');
}

function entriesBehind(lag: Lag, words: Record<LagQuality, string>): string {
  if (lag.value === null) return 'lag not known';
  if (lag.value === 0) return 'nothing left to read';
  return `${words[lag.quality]}${formatCount(lag.value)} behind`;
}

function age({ behind_ms }: Lag): string[] {
  return behind_ms === null ? [] : [formatDuration(behind_ms)];
}

function lost({ lost: entries }: Lag): string[] {
  return entries === null || entries === 0 ? [] : [`${formatCount(entries)} lost`];
}

/** `3 at the head`; null for a mark of one cursor, which goes by its group's name. */
export function markTitle({ cursors }: RulerMark): string | null {
  if (cursors.length < 2) return null;
  const count = formatCount(cursors.length);
  const atHead = cursors.filter((cursor) => cursor.at === 1).length;
  if (atHead === cursors.length) return `${count} at the head`;
  if (atHead > 0) return `${count} near the head`;
  return `${count} close together`;
}

/** `190 lost (unread)`; with more than one group, the most that one of them lost. */
export function lostLabel({ entries, groups }: RulerLost): string {
  const upTo = groups.length > 1 ? 'up to ' : '';
  return `${upTo}${formatCount(entries)} lost (unread)`;
}

/** One sentence on a stream's ruler, where there is no room for each cursor. */
export function rulerSentence(
  cursors: readonly { group: { name: string; lag: Lag }; at: number }[],
): string {
  const [rearmost] = cursors;
  if (rearmost === undefined) return 'No consumer group reads it.';
  const count = cursors.length;
  if (rearmost.at === 1) {
    return count === 1
      ? `${visibleText(rearmost.group.name)} is at the head.`
      : `All ${formatCount(count)} groups are at the head.`;
  }
  const atHead = cursors.filter((cursor) => cursor.at === 1).length;
  const others = count > 1 ? ` ${formatCount(atHead)} of ${formatCount(count)} at the head.` : '';
  return `Rearmost ${visibleText(rearmost.group.name)}: ${lagSentence(rearmost.group.lag)}.${others}`;
}

/** Roughly how wide text of 12 px is drawn, rather more than less: places are set before it is. */
export function labelWidthPx(text: string): number {
  let px = 0;
  for (const char of text) px += (char.codePointAt(0) ?? 0) < 0x1100 ? 7.2 : 14;
  return Math.ceil(px);
}
