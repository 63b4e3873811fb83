import { describe, expect, it } from 'vitest';
import { ROLES } from './actor';
import { isLimited, PERMISSIONS, type Permission, refusalOf } from './permissions';

/** Written out: a change of the table has to be meant. */
const TABLE: Record<Permission, Record<(typeof ROLES)[number], boolean>> = {
  look: { viewer: true, operator: true, admin: true },
  look_at_jobs: { viewer: true, operator: true, admin: true },
  reveal: { viewer: false, operator: false, admin: true },
  read_audit: { viewer: false, operator: true, admin: true },
  enqueue: { viewer: false, operator: true, admin: true },
  acknowledge: { viewer: false, operator: true, admin: true },
  claim: { viewer: false, operator: true, admin: true },
  retry: { viewer: false, operator: true, admin: true },
  delete_entries: { viewer: false, operator: false, admin: true },
  trim: { viewer: false, operator: false, admin: true },
  manage_groups: { viewer: false, operator: false, admin: true },
};
/** What may be done where nothing may be changed. */
const READS: readonly Permission[] = ['look', 'look_at_jobs', 'reveal', 'read_audit'];
const permissions = Object.keys(PERMISSIONS) as Permission[];

describe('refusalOf', () => {
  it.each(permissions)('gives %s to those roles', (permission) => {
    for (const role of ROLES) {
      const refusal = refusalOf(role, permission, false);
      expect([role, refusal === null]).toEqual([role, TABLE[permission][role]]);
      if (refusal) expect(refusal).toMatchObject({ code: 'forbidden' });
    }
  });

  it.each(permissions)('lets nobody change anything where it is read-only: %s', (permission) => {
    const refusal = refusalOf('admin', permission, true);
    expect(refusal?.code).toBe(READS.includes(permission) ? undefined : 'read_only');
    // What changes something or leaves a record may be done so often a minute.
    const isOften = isLimited(permission);
    expect(isOften).toBe(permission === 'reveal' || !READS.includes(permission));
  });
});
