import { type AuditPage, type AuditQuery, auditApiHref } from '@/lib/model/audit-page';
import { useAnswer } from './use-answer';

const EVERY_MS = 5_000;

/** A page of the audit; the newest is kept up to date, older ones do not change. */
export function useAudit(query: AuditQuery, first: AuditPage | null) {
  return useAnswer(auditApiHref(query), first, query.before === undefined ? EVERY_MS : 0);
}
