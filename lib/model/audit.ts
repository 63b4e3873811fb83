import { z } from 'zod';
import type { Actor } from './actor';
import type { AuditAction, AuditOutcome, AuditPhase, AuditRecord } from './audit-page';
import { decodeUtf8, type Entry } from './entry';
import type { EntryId } from './entry-id';
import { DashboardError, ERROR_CODES, type ErrorCode, hasErrorCode } from './errors';

/** Ids named in one record; `count` has how many there were. */
export const AUDIT_TARGETS_MAX = 100;
/** Facts of how things stood before, or after. */
const FACTS_MAX = 16;
const TEXT_CHARS_MAX = 512;
const ID_CHARS_MAX = 128;
/** What a provider may give: a shortened one would be nobody's. */
const SUBJECT_CHARS_MAX = 255;

/** What was there before an act or after it, in a few words: a cursor, a length. Never a payload. */
export type AuditFacts = Record<string, string | number | boolean | null>;

/** Who asks, as far as that is known: of a sign-in that failed there is no role. */
export type AuditActor = Pick<Actor, 'name' | 'subject' | 'address'> & {
  [K in 'role' | 'via']: Actor[K] | null;
};

/** Whose request it is. */
export interface Asker<Who extends AuditActor = AuditActor> {
  actor: Who;
  /** As it stands in the access log; null where the request has none. */
  requestId: string | null;
}

/** What is said of an act before it begins. */
export interface AuditIntent {
  action: AuditAction;
  /** The stream it is about, as `nameFromBytes` has it. */
  stream?: string;
  group?: string;
  /** Entry ids, consumers: what it will touch, where that is known. */
  targets?: readonly string[];
  count?: number;
  before?: AuditFacts;
  /** Why, as whoever acts has said. */
  reason?: string;
}

/** What an act did, beyond what its intent says. */
export type AuditResult = Pick<AuditIntent, 'targets' | 'count' | 'before'> & {
  after?: AuditFacts;
};

/** Something that happened and is over: a sign-in, and how it ended. */
export interface AuditEvent extends AuditIntent, AuditResult {
  outcome: 'done' | 'refused' | 'failed';
  code?: ErrorCode;
}

/** A request that was turned away before it did anything. */
export interface RefusedRequest {
  asker: Asker;
  code: ErrorCode;
  method: string;
  /** Without its query. */
  path: string;
}

/** One record as it is written: an intent, a result, or an event that is both. */
export interface AuditNote extends AuditIntent, AuditResult {
  phase: AuditPhase;
  /** Ties the result to its intent. */
  act: string;
  outcome: AuditOutcome;
  /** The error code of what did not work. */
  code?: string;
  /** The entry that holds the intent, in a result whose intent was stored. */
  intent?: EntryId;
}

/** How an act that threw ended: refused here, failed, or nobody knows. */
export function outcomeOfError(error: unknown): AuditOutcome {
  if (hasErrorCode(error, 'outcome_unknown')) return 'unknown';
  return error instanceof DashboardError && isRefusal(error.code) ? 'refused' : 'failed';
}

const REFUSED_STATUSES: readonly number[] = [401, 403, 415, 429];

/** Whether the dashboard itself said no: not who, not from there, not so, not so often, not unrecorded. */
export function isRefusal(code: ErrorCode): boolean {
  return code === 'audit_unavailable' || REFUSED_STATUSES.includes(ERROR_CODES[code].status);
}

/** A record of bounded size, with nothing left open. */
export function auditRecord(
  note: AuditNote,
  { actor, requestId }: Asker,
  instance: string,
): AuditRecord {
  const targets = note.targets ?? [];
  return {
    phase: note.phase,
    act: note.act,
    outcome: note.outcome,
    code: note.code ?? null,
    action: note.action,
    actor: clip(actor.name, ID_CHARS_MAX),
    subject: actor.subject === undefined ? null : clip(actor.subject, SUBJECT_CHARS_MAX),
    role: actor.role,
    address: clip(actor.address, ID_CHARS_MAX),
    via: actor.via,
    stream: note.stream ?? null,
    group: note.group ?? null,
    targets: targets.slice(0, AUDIT_TARGETS_MAX).map((target) => clip(target, TEXT_CHARS_MAX)),
    count: note.count ?? (targets.length > 0 ? targets.length : null),
    before: note.before ? clipFacts(note.before) : null,
    after: note.after ? clipFacts(note.after) : null,
    reason: note.reason ? clip(note.reason, TEXT_CHARS_MAX) : null,
    request_id: requestId,
    intent: note.intent ?? null,
    instance,
  };
}

/** By whole characters: half of one has no bytes in UTF-8. */
function clip(text: string, charsMax: number): string {
  const whole = text.replace(/\p{Surrogate}/gu, '\ufffd');
  if (whole.length <= charsMax) return whole;
  return `${whole.slice(0, charsMax - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

function clipFacts(facts: AuditFacts): AuditFacts {
  return Object.fromEntries(
    Object.entries(facts)
      .slice(0, FACTS_MAX)
      .map(([name, value]) => [
        clip(name, ID_CHARS_MAX),
        typeof value === 'string' ? clip(value, TEXT_CHARS_MAX) : value,
      ]),
  );
}

/**
 * The fields of a stored record: the same names in the same order in each, which Redis then keeps
 * once for many entries. What is not there is empty; targets, before and after are JSON.
 */
export function auditFields(record: AuditRecord): [name: string, value: string][] {
  const json = (value: unknown) => (value === null ? '' : JSON.stringify(value));
  return [
    ['phase', record.phase],
    ['act', record.act],
    ['outcome', record.outcome],
    ['code', record.code ?? ''],
    ['action', record.action],
    ['actor', record.actor],
    ['subject', record.subject ?? ''],
    ['role', record.role ?? ''],
    ['address', record.address],
    ['via', record.via ?? ''],
    ['stream', record.stream ?? ''],
    ['group', record.group ?? ''],
    ['targets', record.targets.length === 0 ? '' : json(record.targets)],
    ['count', record.count === null ? '' : String(record.count)],
    ['before', json(record.before)],
    ['after', json(record.after)],
    ['reason', record.reason ?? ''],
    ['request_id', record.request_id ?? ''],
    ['intent', record.intent ?? ''],
    ['instance', record.instance],
  ];
}

const optional = z.string().transform((text) => text || null);
const facts = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

/** Text that is JSON of this shape, or empty. */
function jsonOr<T, E>(schema: z.ZodType<T>, empty: E) {
  return z.string().transform((text, context): T | E => {
    if (text === '') return empty;
    try {
      const parsed = schema.safeParse(JSON.parse(text));
      if (parsed.success) return parsed.data;
    } catch {
      // Not JSON: the same answer as for JSON of another shape.
    }
    context.addIssue('expected JSON');
    return z.NEVER;
  });
}

/** Fields of a later version are left out; what this one needs must be there. */
const storedRecord = z.object({
  phase: z.enum(['intent', 'result', 'event']),
  act: z.string().min(1).max(ID_CHARS_MAX),
  outcome: z.enum(['pending', 'done', 'refused', 'failed', 'unknown']),
  code: optional,
  action: z.string().min(1),
  actor: z.string(),
  // Records of before there were subjects have none.
  subject: z
    .string()
    .default('')
    .transform((text) => text || null),
  role: optional,
  address: z.string(),
  via: optional,
  stream: optional,
  group: optional,
  targets: jsonOr(z.array(z.string()), []),
  count: z
    .string()
    .regex(/^\d{0,15}$/)
    .transform((text) => (text === '' ? null : Number(text))),
  before: jsonOr(facts, null),
  after: jsonOr(facts, null),
  reason: optional,
  request_id: optional,
  intent: z
    .string()
    .regex(/^(\d{1,20}-\d{1,20})?$/)
    .transform((text) => text || null),
  instance: z.string(),
});

/** The record an entry holds; null for one that somebody else put there. */
export function readAuditEntry({ fields }: Entry): AuditRecord | null {
  const texts = fields.map(([name, value]) => [decodeUtf8(name), decodeUtf8(value)]);
  return storedRecord.safeParse(Object.fromEntries(texts)).data ?? null;
}
