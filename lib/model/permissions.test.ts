import { describe, expect, it } from 'vitest';
import { ROLES } from './actor';
import { PERMISSIONS, type Permission, refusalOf } from './permissions';

/** Written out: a change of the table has to be meant. */
const TABLE: Record<Permission, Record<(typeof ROLES)[number], boolean>> = {
  look: { viewer: true, operator: true, admin: true },
  look_at_jobs: { viewer: true, operator: true, admin: true },
  reveal: { viewer: false, operator: false, admin: true },
  read_audit: { viewer: false, operator: true, admin: true },
  enqueue: { viewer: false, operator: true, admin: true },
};
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
    expect(refusal?.code).toBe(PERMISSIONS[permission].changes ? 'read_only' : undefined);
  });
});
