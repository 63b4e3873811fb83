import type { AuditAct } from '@/lib/model/audit-page';
import { csvRow } from './csv';

/** The columns of a CSV: what an act has, times first. Lists and facts stand as JSON. */
const COLUMNS = [
  ...([
    'at',
    'began_at',
    'outcome',
    'code',
    'action',
    'actor',
    'subject',
    'role',
    'address',
    'via',
  ] as const),
  ...(['stream', 'group', 'targets', 'count', 'before', 'after', 'reason'] as const),
  ...(['request_id', 'act', 'id', 'instance'] as const),
] satisfies (keyof AuditAct)[];

/** RFC 4180: a header, then a row an act. Null is an empty cell. */
export async function* auditCsv(
  acts: AsyncIterable<AuditAct>,
  options: { isSafe: boolean },
): AsyncGenerator<string, void> {
  yield csvRow(COLUMNS, options);
  for await (const act of acts) {
    yield csvRow(
      COLUMNS.map((column) => cell(act[column])),
      options,
    );
  }
}

function cell(value: AuditAct[keyof AuditAct]): string | null {
  if (value === null || typeof value === 'string') return value;
  if (Array.isArray(value) && value.length === 0) return null;
  return JSON.stringify(value);
}
