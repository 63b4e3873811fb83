import { parseTime } from './entries-page';
import { type EntryId, parseEntryId } from './entry-id';
import type { ErrorCode } from './errors';
import { canonicalName } from './name';
import { QueryReader } from './query-reader';
import { withParams } from './tail-query';

export const AUDIT_PAGE_DEFAULT = 50;
export const AUDIT_PAGE_MAX = 500;
const TEXT_CHARS_MAX = 256;

/** What is recorded, and how it is called. */
export const AUDIT_ACTIONS = {
  'task.enqueue': 'Enqueue a task',
  'entry.reveal': 'Reveal an entry',
  'request.refused': 'Refused request',
  'session.sign_in': 'Sign in',
  'session.sign_out': 'Sign out',
} as const;
export type AuditAction = keyof typeof AUDIT_ACTIONS;
export const AUDIT_ACTION_IDS = Object.keys(AUDIT_ACTIONS).filter(isAuditAction);

export type AuditPhase = 'intent' | 'result' | 'event';
export const AUDIT_OUTCOMES = ['done', 'refused', 'failed', 'unknown', 'pending'] as const;
/** `pending`: begun, and no result is recorded. */
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

/** A record as the API answers it. */
export interface AuditRecord {
  phase: AuditPhase;
  /** The same in an intent and its result. */
  act: string;
  outcome: AuditOutcome;
  code: string | null;
  /** One of `AUDIT_ACTIONS`, or another of a later version. */
  action: string;
  actor: string;
  /** Who it is at the identity provider (`sub`), where they came by one: names may be chosen. */
  subject: string | null;
  role: string | null;
  address: string;
  /** How they came in. */
  via: string | null;
  stream: string | null;
  group: string | null;
  targets: string[];
  /** How many things it is about; null where it counts none. */
  count: number | null;
  before: Record<string, string | number | boolean | null> | null;
  after: Record<string, string | number | boolean | null> | null;
  reason: string | null;
  request_id: string | null;
  /** The entry of its intent; null for an intent itself, and where none was stored. */
  intent: EntryId | null;
  /** The process that wrote it. */
  instance: string;
}

/** One act or event: its result, or its intent where there is no result. */
export interface AuditAct extends AuditRecord {
  /** The entry it stands in. */
  id: EntryId;
  /** By Redis's clock, ISO 8601 UTC. */
  at: string;
  /** When its intent was stored; null for an event, and where none was. */
  began_at: string | null;
}

/** How the writing of this process goes. */
export interface AuditState {
  stream: string;
  /** `MAXLEN ~`, in records: an act has two, an event one. */
  length_max: number;
  /** Records since the start of the process: in Redis, and those that are only in its log. */
  stored: number;
  not_stored: number;
  /** Why the last one was not stored; null where it was. */
  problem: { code: ErrorCode; message: string; since: string } | null;
}

/** Which acts to show, newest first. */
export interface AuditQuery {
  /** Stands in the name, subject or address; empty for all. */
  actor: string;
  /** Null for all. A last `*` stands for anything. */
  action: string | null;
  stream: string | null;
  outcomes: readonly AuditOutcome[] | null;
  /** Recorded at or after, and at or before these times, epoch milliseconds. */
  fromMs?: number;
  toMs?: number;
  /** Only records before this entry. */
  before?: EntryId;
  limit: number;
}

export interface AuditPage {
  acts: AuditAct[];
  /** Ask for `before=<next>` to go on; null where nothing is left to look at. */
  next: EntryId | null;
  /** Records looked at for this page. */
  looked_at: number;
  /** Entries among them that are no records: somebody else put them there. */
  unreadable: number;
  audit: AuditState;
  /** ISO 8601 UTC. */
  as_of: string;
}

/**
 * Reads `?actor=&action=&stream=&outcome=&from=&to=&before=&limit=`. Throws `invalid_request` naming
 * every wrong one.
 */
export function parseAuditQuery(params: URLSearchParams): AuditQuery {
  const reader = new QueryReader(params);
  const time = 'an ISO 8601 time or epoch milliseconds';
  const outcomes = `some of ${AUDIT_OUTCOMES.join(', ')}`;
  const query: AuditQuery = {
    actor: (params.get('actor') ?? '').trim().slice(0, TEXT_CHARS_MAX),
    action: reader.read('action', parseAction, 'such as task.enqueue or task.*') ?? null,
    stream: reader.read('stream', canonicalName, 'a stream') ?? null,
    outcomes: reader.read('outcome', parseOutcomes, outcomes) ?? null,
    fromMs: reader.read('from', parseTime, time),
    toMs: reader.read('to', parseTime, time),
    before: reader.read('before', parseEntryId, 'an entry id such as 1700000000000-0'),
    limit: reader.readLimit(AUDIT_PAGE_DEFAULT, AUDIT_PAGE_MAX),
  };
  reader.check();
  return query;
}

/** The parameters that `parseAuditQuery` reads back; what is as by default is left out. */
export function auditParams(query: Partial<AuditQuery>): URLSearchParams {
  const { actor, action, stream, outcomes, fromMs, toMs, before, limit } = query;
  const params = new URLSearchParams();
  if (actor) params.set('actor', actor);
  if (action) params.set('action', action);
  if (stream) params.set('stream', stream);
  if (outcomes) params.set('outcome', outcomes.join(','));
  if (fromMs !== undefined) params.set('from', String(fromMs));
  if (toMs !== undefined) params.set('to', String(toMs));
  if (before) params.set('before', before);
  if (limit && limit !== AUDIT_PAGE_DEFAULT) params.set('limit', String(limit));
  return params;
}

/** The page; `entry` opens one act beside it. */
export function auditPageHref(
  query: Partial<AuditQuery> = {},
  entry: EntryId | null = null,
): string {
  const params = auditParams(query);
  if (entry !== null) params.set('entry', entry);
  return withParams('/audit', params);
}

export function auditApiHref(query: Partial<AuditQuery>): string {
  return withParams('/api/audit', auditParams(query));
}

/** All that match as a file: where one begins and how many are shown is left out. */
export function auditDownloadHref(query: Partial<AuditQuery>, format: 'ndjson' | 'csv'): string {
  const { before: _, limit: __, ...which } = query;
  const params = auditParams(which);
  params.set('format', format);
  return withParams('/api/audit/download', params);
}

/** Where one is looked for. */
const WHO = ['actor', 'subject', 'address'] as const;

/** Whether a record is one of those asked for; the time is the entry's, and is asked of Redis. */
export function matchesAudit(
  record: AuditRecord,
  { actor, action, stream, outcomes }: Pick<AuditQuery, 'actor' | 'action' | 'stream' | 'outcomes'>,
): boolean {
  const wanted = actor.toLowerCase();
  const isWanted = (text: string) => text.toLowerCase().includes(wanted);
  return (
    (wanted === '' || WHO.some((field) => isWanted(record[field] ?? ''))) &&
    (action === null || matchesAction(record.action, action)) &&
    (stream === null || record.stream === stream) &&
    (outcomes === null || outcomes.includes(record.outcome))
  );
}

/** What an action is called; one of a later version by its own name. */
export function actionWords(action: string): string {
  return isAuditAction(action) ? AUDIT_ACTIONS[action] : action;
}

function isAuditAction(action: string): action is AuditAction {
  return Object.hasOwn(AUDIT_ACTIONS, action);
}

function matchesAction(action: string, wanted: string): boolean {
  return wanted.endsWith('*') ? action.startsWith(wanted.slice(0, -1)) : action === wanted;
}

function parseAction(text: string): string | null {
  return /^[a-z_.]{1,64}\*?$/.test(text) ? text : null;
}

function parseOutcomes(text: string): AuditOutcome[] | null {
  const given = text.split(',');
  const outcomes = AUDIT_OUTCOMES.filter((outcome) => given.includes(outcome));
  return outcomes.length === new Set(given).size ? outcomes : null;
}
