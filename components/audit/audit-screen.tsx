'use client';

import { ChevronRight, Download, ScrollText } from 'lucide-react';
import { useSearchParams } from 'next/navigation';
import { VisibleText } from '@/components/entry/visible-text';
import { AddressMistakes } from '@/components/group/address-mistakes';
import type { Problem } from '@/components/group/problem';
import { ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { PageHeader } from '@/components/ui/page-header';
import { TextLink } from '@/components/ui/text-link';
import { Timestamp } from '@/components/ui/timestamp';
import { pushPageUrl, replacePageUrl } from '@/lib/browser/page-url';
import { useAudit } from '@/lib/browser/use-audit';
import { useSnapshot } from '@/lib/browser/use-snapshot';
import {
  type AuditAct,
  type AuditPage,
  type AuditQuery,
  type AuditState,
  auditDownloadHref,
  auditPageHref,
  auditParams,
} from '@/lib/model/audit-page';
import { countOf, formatCount } from '@/lib/model/count';
import { entryIdTimestamp } from '@/lib/model/entry-id';
import { neighboursIn } from '@/lib/model/list-walk';
import { parseEntryParam } from '@/lib/model/tail-query';
import { AuditControls } from './audit-controls';
import { AuditDetail } from './audit-detail';
import { AuditDrawer } from './audit-drawer';
import { NotStoredNotice, UnreadNotice } from './audit-notices';
import { AuditTable } from './audit-table';

/** What the page's own first read gave. */
interface AuditStart {
  query: AuditQuery;
  /** Wrong parameters of the URL, in words. */
  mistakes: string[];
  page: AuditPage | null;
  problem: Problem | null;
  /** The act the URL opens, where it could be read. */
  act: AuditAct | null;
}

/** What was done and by whom, newest first, and one act beside it. */
export function AuditScreen({ start, audit }: { start: AuditStart; audit: AuditState }) {
  const { query, mistakes } = start;
  const { answer, error } = useAudit(query, start.page);
  const openId = parseEntryParam(useSearchParams());
  // While Redis is away the banner says so, for everything on the page.
  const isTold = useSnapshot().snapshot.redis.status === 'down';
  const problem = error ? (error.problem ?? { detail: error.message }) : start.problem;
  const show = (id: string | null) => pushPageUrl(auditPageHref(query, id));
  const acts = answer?.acts ?? [];
  const ids = acts.map(({ id }) => id);
  const opened = [...acts, ...(start.act ? [start.act] : [])].find(({ id }) => id === openId);
  const state = answer?.audit ?? audit;
  const asOf = answer?.as_of ?? '';
  return (
    <>
      <PageHeader
        title="Audit"
        actions={
          <>
            <DownloadLink query={query} format="csv" />
            <DownloadLink query={query} format="ndjson" />
          </>
        }
      />
      {start.act && start.act.id === openId && (
        <noscript>
          <section aria-label="One act" className="mb-6 rounded-md border bg-raised p-4">
            <AuditDetail act={start.act} asOf={asOf} />
          </section>
        </noscript>
      )}
      <AddressMistakes mistakes={mistakes} showing="all acts" />
      {problem && (error || !answer) && !isTold && (
        <UnreadNotice problem={problem} stream={state.stream} isStale={answer !== null} />
      )}
      <NotStoredNotice audit={state} />
      {isTold && !answer && (
        <p className="mb-2 text-13 text-quiet">
          What was done is shown here once Redis answers; the log of the dashboard has it meanwhile.
        </p>
      )}
      <AuditControls query={query} />
      {answer && acts.length > 0 && (
        <AuditTable page={answer} query={query} openId={openId} onOpen={show} />
      )}
      {answer && acts.length === 0 && <NoActs page={answer} query={query} />}
      {answer && <AuditPager page={answer} query={query} />}
      <AuditDrawer
        id={openId}
        act={opened ?? null}
        asOf={asOf}
        list={{
          around: (id) => neighboursIn(ids, id),
          show: (id) => replacePageUrl(auditPageHref(query, id)),
        }}
        onClose={() => show(null)}
      />
    </>
  );
}

function DownloadLink({ query, format }: { query: AuditQuery; format: 'csv' | 'ndjson' }) {
  return (
    <ButtonLink
      href={auditDownloadHref(query, format)}
      download
      prefetch={false}
      icon={<Download aria-hidden />}
      title={`All that match, as ${format.toUpperCase()}`}
    >
      {format.toUpperCase()}
    </ButtonLink>
  );
}

function NoActs({ page, query }: { page: AuditPage; query: AuditQuery }) {
  if (page.next !== null) {
    return (
      <EmptyState title="None so far">
        {countOf(page.looked_at, 'record')} were looked at; older ones are left, below.
      </EmptyState>
    );
  }
  if (auditParams({ ...query, limit: undefined }).size > 0) {
    return (
      <EmptyState title="No act is as asked for">
        {countOf(page.looked_at, 'record')} were looked at.{' '}
        <TextLink href={auditPageHref()}>Show all acts</TextLink>
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={<ScrollText aria-hidden />} title="Nothing was done yet">
      What somebody changes from here is recorded: who, when, on what, and how it ended. The first
      could be <TextLink href="/tasks">a task that is enqueued</TextLink>.
    </EmptyState>
  );
}

function AuditPager({ page, query }: { page: AuditPage; query: AuditQuery }) {
  const { acts, next, looked_at, unreadable, audit, as_of } = page;
  const lookedBackTo = next === null ? null : entryIdTimestamp(next);
  return (
    <nav aria-label="Pages of acts" className="mt-2 flex flex-wrap items-center gap-2 text-12">
      <span className="mr-auto max-w-[100ch] text-quiet">
        {countOf(acts.length, 'act')} from {countOf(looked_at, 'record')} of{' '}
        <VisibleText text={audit.stream} />
        {lookedBackTo !== null && (
          <>
            , back to <Timestamp at={lookedBackTo} show="full" withZone asClock />
          </>
        )}
        , as of <Timestamp at={as_of} withZone asClock />. About {formatCount(audit.length_max)}{' '}
        records are kept.
        {unreadable > 0 && ` ${countOf(unreadable, 'entry', 'entries')} there hold no record.`}
      </span>
      {query.before !== undefined && (
        <ButtonLink
          size="sm"
          href={auditPageHref({ ...query, before: undefined })}
          prefetch={false}
        >
          Newest
        </ButtonLink>
      )}
      {next !== null && (
        <ButtonLink size="sm" href={auditPageHref({ ...query, before: next })} prefetch={false}>
          Older
          <ChevronRight aria-hidden />
        </ButtonLink>
      )}
    </nav>
  );
}
