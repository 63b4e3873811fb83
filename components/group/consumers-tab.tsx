'use client';

import { ChevronLeft, ChevronRight } from 'lucide-react';
import { Button, ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { FilterInput } from '@/components/ui/field';
import { Timestamp } from '@/components/ui/timestamp';
import { useConsumers } from '@/lib/browser/use-group';
import { underBasePath } from '@/lib/model/base-path';
import {
  type ConsumersPage,
  type ConsumersQuery,
  consumersParams,
} from '@/lib/model/consumers-page';
import { formatCount } from '@/lib/model/count';
import { consumersApiHref, groupConsumersHref, groupPageHref } from '@/lib/model/group-href';
import { redisCliNames } from '@/lib/model/redis-command';
import { AddressMistakes } from './address-mistakes';
import { ConsumersTable } from './consumers-table';
import type { Problem } from './problem';
import { ReadProblem } from './read-problem';

/** What the page's own first read gave: a page of consumers or why there is none. */
export interface ConsumersStart {
  tab: 'consumers';
  query: ConsumersQuery;
  mistakes: string[];
  page: ConsumersPage | null;
  problem: Problem | null;
}

interface Props {
  stream: string;
  group: string;
  start: ConsumersStart;
}

/** The group's consumers: what each holds, how long it was silent, what it is taken for. */
export function ConsumersTab({ stream, group, start }: Props) {
  const { query, mistakes } = start;
  const { answer, error } = useConsumers(consumersApiHref(stream, group, query), start.page);
  const problem = error ? (error.problem ?? { detail: error.message }) : start.problem;
  return (
    <section aria-label="Consumers">
      <NameFilter stream={stream} group={group} query={query} />
      <AddressMistakes mistakes={mistakes} showing="those with most pending" />
      <ReadProblem
        problem={error || !answer ? problem : null}
        before={answer && 'The list below was'}
        awaited="The consumers are"
      />
      {answer && answer.consumers.length > 0 && <ConsumersTable page={answer} query={query} />}
      {answer && answer.consumers.length === 0 && (
        <NoConsumers page={answer} stream={stream} group={group} />
      )}
      {answer && <ConsumersPager page={answer} query={query} />}
    </section>
  );
}

function NameFilter({ stream, group, query }: Omit<Props, 'start'> & { query: ConsumersQuery }) {
  const others = consumersParams({ ...query, text: '', offset: 0 });
  return (
    <form
      key={query.text}
      action={underBasePath(groupPageHref(stream, group))}
      aria-label="Which consumers"
      className="mb-2 flex flex-wrap items-center gap-2"
    >
      <input type="hidden" name="tab" value="consumers" />
      {[...others].map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <FilterInput
        name="q"
        type="search"
        label="Text in the name"
        placeholder="Text in the name"
        defaultValue={query.text}
        className="w-52! text-12!"
      />
      <Button type="submit" size="sm">
        Show
      </Button>
    </form>
  );
}

function NoConsumers({ page, stream, group }: { page: ConsumersPage } & Omit<Props, 'start'>) {
  if (page.total > 0) {
    return (
      <EmptyState title="None of that name">
        {formatCount(page.total)} consumers, and no name holds this text here.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title="The group has no consumer"
      command={redisCliNames(
        ...['XREADGROUP', 'GROUP', group, 'my-consumer', 'COUNT', '1', 'STREAMS', stream, '>'],
      )}
    >
      A consumer comes to be when it first reads. This would make one, and give it an entry to
      acknowledge:
    </EmptyState>
  );
}

function ConsumersPager({ page, query }: { page: ConsumersPage; query: ConsumersQuery }) {
  const { stream, group, consumers, matching, next, read_at: readAt } = page;
  const href = (offset: number) => groupConsumersHref(stream, group, { ...query, offset });
  const first = consumers.length === 0 ? 0 : query.offset + 1;
  return (
    <nav aria-label="Pages of consumers" className="mt-2 flex flex-wrap items-center gap-2 text-12">
      <span className="mr-auto text-quiet tabular-nums">
        {formatCount(first)} to {formatCount(query.offset + consumers.length)} of{' '}
        {formatCount(matching)}, as of <Timestamp at={readAt} withZone />
      </span>
      <PageLink href={query.offset > 0 ? href(Math.max(0, query.offset - query.limit)) : null}>
        <ChevronLeft aria-hidden />
        Previous
      </PageLink>
      <PageLink href={next === null ? null : href(next)}>
        Next
        <ChevronRight aria-hidden />
      </PageLink>
    </nav>
  );
}

function PageLink({ href, children }: { href: string | null; children: React.ReactNode }) {
  return href === null ? (
    <Button size="sm" disabled>
      {children}
    </Button>
  ) : (
    <ButtonLink size="sm" href={href} prefetch={false} scroll={false}>
      {children}
    </ButtonLink>
  );
}
