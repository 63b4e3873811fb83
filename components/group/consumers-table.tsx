import clsx from 'clsx';
import { ArrowDown, ArrowUp } from 'lucide-react';
import Link from 'next/link';
import { VisibleText } from '@/components/entry/visible-text';
import { None } from '@/components/group/lag-figure';
import { Cell, HeaderCell, Table, TableHead, TableRow } from '@/components/ui/table';
import { TextLink } from '@/components/ui/text-link';
import {
  type ConsumerSort,
  type ConsumersPage,
  type ConsumersQuery,
  ordinaryOrder,
} from '@/lib/model/consumers-page';
import { formatCount } from '@/lib/model/count';
import type { DiagnosedConsumer } from '@/lib/model/diagnosis-consumers';
import { formatDuration } from '@/lib/model/duration';
import { groupConsumersHref, groupPendingHref } from '@/lib/model/group-href';
import { visibleText } from '@/lib/model/visible-text';
import { ConsumerStateMark } from './consumer-state-mark';
import { FigureCell, STACKED_ROW } from './figure-cell';

interface Props {
  page: ConsumersPage;
  query: ConsumersQuery;
}

const COLUMNS: readonly { sort: ConsumerSort; label: string }[] = [
  { sort: 'pending', label: 'Pending' },
  { sort: 'idle', label: 'Idle' },
  { sort: 'inactive', label: 'Got none for' },
];

export function ConsumersTable({ page, query }: Props) {
  return (
    <Table className="max-xl:block xl:table-fixed">
      <TableHead className="max-md:sr-only max-xl:block">
        <TableRow className="max-xl:flex max-xl:h-auto max-xl:flex-wrap max-xl:px-1">
          <SortableHeader page={page} query={query} sort="name" label="Consumer" />
          <HeaderCell className="w-32 max-xl:sr-only">State</HeaderCell>
          {COLUMNS.map(({ sort, label }) => (
            <SortableHeader key={sort} page={page} query={query} sort={sort} label={label} />
          ))}
          <HeaderCell numeric className="w-40 max-xl:sr-only">
            First held for
          </HeaderCell>
        </TableRow>
      </TableHead>
      <tbody className="max-xl:block">
        {page.consumers.map((consumer) => (
          <ConsumerLine key={consumer.name} page={page} consumer={consumer} />
        ))}
      </tbody>
    </Table>
  );
}

/** A column's name sorts by it, and turns round when it does already. */
function SortableHeader({
  page,
  query,
  sort,
  label,
}: Props & { sort: ConsumerSort; label: string }) {
  const isSorted = query.sort === sort;
  const turned = query.order === 'asc' ? 'desc' : 'asc';
  const order = isSorted ? turned : ordinaryOrder(sort);
  const Arrow = query.order === 'asc' ? ArrowUp : ArrowDown;
  return (
    <HeaderCell
      numeric={sort !== 'name'}
      aria-sort={isSorted ? (query.order === 'asc' ? 'ascending' : 'descending') : undefined}
      className={clsx(sort !== 'name' && 'xl:w-36')}
    >
      <Link
        href={groupConsumersHref(page.stream, page.group, { ...query, sort, order, offset: 0 })}
        prefetch={false}
        scroll={false}
        className="inline-flex min-h-6 items-center gap-1 rounded-md hover:text-ink"
      >
        {label}
        {isSorted && <Arrow aria-hidden className="size-3" />}
      </Link>
    </HeaderCell>
  );
}

function ConsumerLine({ page, consumer }: { page: ConsumersPage; consumer: DiagnosedConsumer }) {
  const { name, pending, idle_ms: idleMs, inactive_ms: inactiveMs, held_ms: heldMs } = consumer;
  return (
    <TableRow className={STACKED_ROW}>
      <Cell
        className="truncate max-xl:grow max-xl:basis-[calc(100%-8rem)] max-xl:p-0"
        title={visibleText(name)}
      >
        {name === '' ? '(no name)' : <VisibleText text={name} />}
      </Cell>
      <Cell className="max-xl:p-0">
        <ConsumerStateMark state={consumer.state} />
      </Cell>
      <FigureCell label="pending" none={pending === 0}>
        <TextLink
          href={groupPendingHref(page.stream, page.group, { consumer: name })}
          scroll={false}
          className="text-ink!"
        >
          {formatCount(pending)}
          <span className="sr-only"> pending of {visibleText(name)}</span>
        </TextLink>
      </FigureCell>
      <FigureCell label="idle">{formatDuration(idleMs)}</FigureCell>
      <FigureCell label="got none for">
        {inactiveMs === null ? (
          <span className="text-faint" title="Redis tells this from 7.2 on">
            ?
          </span>
        ) : (
          formatDuration(inactiveMs)
        )}
      </FigureCell>
      <FigureCell label="first held for" none={heldMs === null}>
        {heldMs === null ? <None /> : formatDuration(heldMs)}
      </FigureCell>
    </TableRow>
  );
}
