import { isAtLeast, type Role } from './actor';

/**
 * The one policy table: what a permission needs. `changes` marks those that write to Redis, which
 * a read-only dashboard or stream refuses to everybody.
 */
export const PERMISSIONS = {
  look: { least: 'viewer', changes: false, words: 'Looking' },
  // Jobs are made of two streams: who may not see both sees none.
  look_at_jobs: { least: 'viewer', changes: false, words: 'Looking at jobs' },
  // Names and addresses of people stand there.
  read_audit: { least: 'operator', changes: false, words: 'Reading the audit' },
  // Each leaves a record: limited like changes, so that nobody drowns the others.
  reveal: { least: 'admin', changes: false, isLimited: true, words: 'Revealing what is masked' },
  enqueue: { least: 'operator', changes: true, words: 'Enqueueing a task' },
  // Nothing is lost by these: an entry is handed on, handed out again, or called done.
  acknowledge: { least: 'operator', changes: true, words: 'Acknowledging an entry' },
  claim: { least: 'operator', changes: true, words: 'Claiming an entry' },
  retry: { least: 'operator', changes: true, words: 'Retrying a task' },
  // By these something is: entries, or what a group knows of where it stands.
  delete_entries: { least: 'admin', changes: true, words: 'Deleting entries' },
  trim: { least: 'admin', changes: true, words: 'Trimming a stream' },
  manage_groups: { least: 'admin', changes: true, words: 'Changing consumer groups' },
} as const satisfies Record<
  string,
  { least: Role; changes: boolean; isLimited?: boolean; words: string }
>;

export type Permission = keyof typeof PERMISSIONS;

/** Why something may not be done: a code and a sentence for the person who meant to. */
export interface Refusal {
  code: 'forbidden' | 'read_only';
  message: string;
}

/** Whether only so many of it may be done in a minute. */
export function isLimited(permission: Permission): boolean {
  const rule: { changes: boolean; isLimited?: boolean } = PERMISSIONS[permission];
  return rule.changes || rule.isLimited === true;
}

/** Null where `role` may do it. `readOnly` holds for what changes something, whoever asks. */
export function refusalOf(role: Role, permission: Permission, readOnly: boolean): Refusal | null {
  const { least, changes, words } = PERMISSIONS[permission];
  if (!isAtLeast(role, least)) {
    return {
      code: 'forbidden',
      message: `${words} needs the role ${least}; yours is ${role}.`,
    };
  }
  if (changes && readOnly) {
    return { code: 'read_only', message: `${words} is off: this dashboard is read-only.` };
  }
  return null;
}
