import type { Metadata } from 'next';
import { enterPage } from '@/app/enter-page';
import { AuditScreen } from '@/components/audit/audit-screen';
import type { SearchParams } from '@/lib/http/page-search';
import { settle } from '@/lib/http/settle';
import { getRuntime } from '@/lib/runtime';
import { parseAuditSearch } from './search-params';

export const dynamic = 'force-dynamic';
export const metadata: Metadata = { title: 'Audit' };

export default async function AuditPage({ searchParams }: { searchParams: SearchParams }) {
  await enterPage('/audit');
  const { query, mistakes, entry } = await parseAuditSearch(searchParams);
  const runtime = getRuntime();
  const { value: page, problem } = await settle(runtime.auditPage(query));
  const listed = page?.acts.find(({ id }) => id === entry);
  const opened = entry === null || listed ? null : await settle(runtime.audited.one(entry));
  const start = { query, mistakes, page, problem, act: listed ?? opened?.value ?? null };
  return <AuditScreen start={start} audit={runtime.audit.state} />;
}
