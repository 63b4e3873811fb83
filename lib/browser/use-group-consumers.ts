import { useMemo } from 'react';
import useSWR from 'swr';
import type { ConsumersPage } from '@/lib/model/consumers-page';
import { consumersApiHref } from '@/lib/model/group-href';
import { fetchJson } from './fetcher';

const NAMES_MAX = 50;

interface Asked {
  group: { stream: string; group: string };
  /** Text that must stand in a consumer's name; empty for all. */
  part: string;
}

type Answered = Pick<Asked, 'group'> & { names: string[] };

/** Names of consumers of some groups, most pending first. A group that cannot be read has none. */
export function useGroupConsumers(asked: readonly Asked[]): {
  answers: Answered[];
  isLoading: boolean;
} {
  const urls = asked.map(({ group: { stream, group }, part }) =>
    consumersApiHref(stream, group, {
      ...{ sort: 'pending', order: 'desc', offset: 0, limit: NAMES_MAX },
      text: part,
    }),
  );
  const { data, isLoading } = useSWR(urls.length > 0 ? urls : null, (all: string[]) =>
    Promise.allSettled(all.map((url) => fetchJson<ConsumersPage>(url))).then((pages) =>
      pages.flatMap((page) => (page.status === 'fulfilled' ? namesOf(page.value) : [])),
    ),
  );
  return useMemo(() => ({ answers: data ?? [], isLoading }), [data, isLoading]);
}

function namesOf({ stream, group, consumers }: ConsumersPage): Answered[] {
  return [{ group: { stream, group }, names: consumers.map(({ name }) => name) }];
}
