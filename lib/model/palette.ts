import { CONSUMERS_PAGE_DEFAULT } from './consumers-page';
import { scoreTerm, termsOf } from './fuzzy';
import { groupConsumersHref, groupPageHref } from './group-href';
import type { Snapshot } from './snapshot';
import { streamPageHref } from './stream-href';

/** The most that a list shows; what is typed next says which of the others was meant. */
export const PALETTE_SHOWN_MAX = 50;

export interface GroupName {
  stream: string;
  group: string;
}

/** Something to go to or to do. `search` is what is searched, in lower case. */
export type PaletteItem = {
  id: string;
  label: string;
  /** Where it belongs, in small beside it. */
  within: string | null;
  search: string;
} & (
  | { kind: 'page' | 'stream' | 'consumer'; href: string }
  | ({ kind: 'group'; href: string } & GroupName)
  | { kind: 'action' }
);

export interface PaletteAnswer {
  items: PaletteItem[];
  /** How many more there are. */
  more: number;
}

/** A page of the dashboard, or of a group. */
export function pageItem(label: string, href: string, within: string | null = null): PaletteItem {
  return { kind: 'page', id: `page ${href}`, label, within, href, search: label.toLowerCase() };
}

/** Something to do; `words` are further ones it is found by. */
export function actionItem(id: string, label: string, words = ''): PaletteItem {
  const search = `${label} ${words}`.trim().toLowerCase();
  return { kind: 'action', id, label, within: null, search };
}

/** Every stream and group, what needs attention first. */
export function placeItems(
  streams: Snapshot['streams'],
  troubled: readonly { stream: string; group: string | null }[],
): PaletteItem[] {
  const keyOf = (stream: string, group: string | null) => JSON.stringify([stream, group]);
  const first = new Set(troubled.map(({ stream, group }) => keyOf(stream, group)));
  const items = streams.flatMap(({ name, groups }) => [
    streamItem(name),
    ...groups.map((group) => groupItem({ stream: name, group: group.name })),
  ]);
  const isFirst = (item: PaletteItem) =>
    first.has(item.kind === 'group' ? keyOf(item.stream, item.group) : keyOf(item.label, null));
  return [...items.filter(isFirst), ...items.filter((item) => !isFirst(item))];
}

function streamItem(stream: string): PaletteItem {
  const search = stream.toLowerCase();
  const href = streamPageHref(stream);
  return { kind: 'stream', id: `stream ${stream}`, label: stream, within: null, search, href };
}

function groupItem({ stream, group }: GroupName): PaletteItem {
  return {
    kind: 'group',
    id: `group ${JSON.stringify([stream, group])}`,
    label: group,
    within: stream,
    search: `${group} ${stream}`.toLowerCase(),
    href: groupPageHref(stream, group),
    stream,
    group,
  };
}

/** Consumers of a group, as the API named them. */
export function consumerItems(
  { stream, group }: GroupName,
  names: readonly string[],
): PaletteItem[] {
  return names.map((name) => ({
    kind: 'consumer',
    id: `consumer ${JSON.stringify([stream, group, name])}`,
    label: name === '' ? '(no name)' : name,
    within: group,
    search: `${name} ${group} ${stream}`.toLowerCase(),
    href: groupConsumersHref(stream, group, {
      ...{ sort: 'pending', order: 'desc', offset: 0, limit: CONSUMERS_PAGE_DEFAULT },
      text: name,
    }),
  }));
}

/**
 * The items that answer every word typed, best first; of equals those that stand first. What is
 * found by its label comes before what is found by where it belongs.
 */
export function findItems(items: readonly PaletteItem[], typed: string): PaletteAnswer {
  const terms = termsOf(typed);
  const found =
    terms.length === 0
      ? [...items]
      : items
          .flatMap((item) => {
            const score = scoreOf(item, terms);
            return score === null ? [] : [{ item, score }];
          })
          .sort((a, b) => b.score - a.score)
          .map(({ item }) => item);
  const shown = found.slice(0, PALETTE_SHOWN_MAX);
  return { items: shown, more: found.length - shown.length };
}

function scoreOf(item: PaletteItem, terms: readonly string[]): number | null {
  let total = 0;
  for (const term of terms) {
    const score = scoreTerm(term, item.search);
    if (score === null) return null;
    total += score;
  }
  return total;
}

/**
 * Groups whose whole name was typed, at most three; `part` is what else was typed last: a part of
 * the name of one of its consumers.
 */
export function groupsTyped(
  items: readonly PaletteItem[],
  typed: string,
): { group: GroupName; part: string }[] {
  const terms = termsOf(typed);
  return items
    .flatMap((item) => {
      if (item.kind !== 'group') return [];
      const name = item.group.toLowerCase();
      const at = terms.indexOf(name);
      if (at === -1) return [];
      const part = terms.filter((_, place) => place !== at).at(-1) ?? '';
      return [{ group: { stream: item.stream, group: item.group }, part }];
    })
    .slice(0, 3);
}
