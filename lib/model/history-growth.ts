import type { HistoryAnswer } from './history-query';
import type { HistorySeriesPoint } from './history-series';
import { firstSlotMs } from './history-series';

/** From where an answer must be asked on to be complete again; null where it holds nothing. */
export function knownUntil({ points }: HistoryAnswer): number | null {
  return points.findLast(({ stream }) => stream !== null)?.at ?? null;
}

/**
 * What is known with what came since. Null where they do not fit together: the past is another
 * than it was, and has to be asked for whole.
 */
export function grown(known: HistoryAnswer, news: HistoryAnswer): HistoryAnswer | null {
  const sinceMs = knownUntil(known);
  if (sinceMs === null || news.points[0]?.at !== sinceMs) return null;
  if (known.resolution_ms !== news.resolution_ms || known.tier !== news.tier) return null;
  const firstMs = firstSlotMs({
    ...{ fromMs: news.from, toMs: news.to, slotMs: news.resolution_ms },
  });
  const names = [...new Set([...news.groups, ...known.groups])];
  const points = [
    ...known.points.filter(({ at }) => at >= firstMs && at < sinceMs).map(inOrderOf(known, names)),
    ...news.points.map(inOrderOf(news, names)),
  ];
  const firstSeen = points.findIndex(({ stream }) => stream !== null);
  return withoutAbsent({ ...news, groups: names, points: points.slice(Math.max(0, firstSeen)) });
}

function inOrderOf(answer: HistoryAnswer, names: readonly string[]) {
  const places = names.map((name) => answer.groups.indexOf(name));
  return (point: HistorySeriesPoint): HistorySeriesPoint => ({
    ...point,
    groups: places.map((place) => point.groups[place] ?? null),
  });
}

/** Groups that were not there at any time need no place. */
function withoutAbsent(answer: HistoryAnswer): HistoryAnswer {
  const places = answer.groups.flatMap((_, place) =>
    answer.points.some(({ groups }) => groups[place]) ? [place] : [],
  );
  if (places.length === answer.groups.length) return answer;
  return {
    ...answer,
    groups: places.flatMap((place) => answer.groups[place] ?? []),
    points: answer.points.map((point) => ({
      ...point,
      groups: places.map((place) => point.groups[place] ?? null),
    })),
  };
}
