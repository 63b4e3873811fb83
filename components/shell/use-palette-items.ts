import { useMemo, useState } from 'react';
import { useGroupConsumers } from '@/lib/browser/use-group-consumers';
import { useSnapshot } from '@/lib/browser/use-snapshot';
import { attentionOf } from '@/lib/model/diagnosis';
import { GROUP_TABS, groupPageHref } from '@/lib/model/group-href';
import {
  actionItem,
  consumerItems,
  findItems,
  type GroupName,
  groupsTyped,
  type PaletteAnswer,
  pageItem,
  placeItems,
} from '@/lib/model/palette';
import type { PaletteAction } from './use-palette-actions';
import { usePlaces } from './use-places';

/**
 * What answers what was typed. Streams and groups are those of the moment it was opened, so that
 * nothing moves under the reader; consumers are asked for once their group is meant.
 */
export function usePaletteItems(
  typed: string,
  scope: GroupName | null,
  actions: readonly PaletteAction[],
): PaletteAnswer & { isLoading: boolean } {
  const { snapshot } = useSnapshot();
  const [streams] = useState(snapshot.streams);
  const places = useMemo(() => placeItems(streams, attentionOf(streams)), [streams]);
  const isScoped = scope !== null;
  const here = usePlaces();
  const base = useMemo(() => {
    const pages = here.map(({ label, href }) => pageItem(label, href));
    const doable = actions.map(({ id, label, words }) => actionItem(id, label, words));
    return [...pages, ...places, ...doable];
  }, [here, places, actions]);
  const tabs = useMemo(() => (scope ? tabItems(scope) : []), [scope]);
  const meant = useMemo(
    () =>
      scope === null
        ? groupsTyped(places, typed)
        : [{ group: scope, part: typed.trim().toLowerCase() }],
    [places, scope, typed],
  );
  const consumers = useGroupConsumers(meant);
  return useMemo(() => {
    const found = consumers.answers.flatMap(({ group, names }) => consumerItems(group, names));
    const { items, more } = findItems([...(isScoped ? tabs : base), ...found], typed);
    return { items, more, isLoading: consumers.isLoading };
  }, [base, tabs, isScoped, typed, consumers]);
}

/** A group's own page and what it shows. */
function tabItems({ stream, group }: GroupName) {
  return GROUP_TABS.map((tab) =>
    pageItem(
      `${tab.charAt(0).toUpperCase()}${tab.slice(1)}`,
      groupPageHref(stream, group, tab),
      group,
    ),
  );
}
