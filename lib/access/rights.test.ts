import { describe, expect, it } from 'vitest';
import { ROLES, type Role } from '@/lib/model/actor';
import { PERMISSIONS, type Permission } from '@/lib/model/permissions';
import { Rights } from './rights';

const STREAMS = { own: ['audit', 'revoked'], task: 'tasks', event: 'events', listed: [] };
const permissions = Object.keys(PERMISSIONS) as Permission[];
/** The roles of each permission, least first, as they are told to people in docs/security.md. */
const LEAST: Record<Permission, Role> = {
  ...{ look: 'viewer', look_at_jobs: 'viewer' },
  ...{ read_audit: 'operator', enqueue: 'operator', acknowledge: 'operator' },
  ...{ claim: 'operator', retry: 'operator' },
  ...{ reveal: 'admin', delete_entries: 'admin', trim: 'admin', manage_groups: 'admin' },
};
const CHANGING: readonly Permission[] = [
  ...(['enqueue', 'acknowledge', 'claim', 'retry'] as const),
  ...(['delete_entries', 'trim', 'manage_groups'] as const),
];
/** For who may see all that they are of. */
const OF_ALL_STREAMS: readonly Permission[] = ['look_at_jobs', 'read_audit'];

const actor = (role: Role, streams?: string[]) =>
  ({ name: 'a', role, address: 'a', via: 'token', ...(streams && { streams }) }) as const;

/** Every cell: what each role is answered about a stream. */
describe.each(ROLES)('%s', (role) => {
  const rights = new Rights({ readOnly: false, readOnlyStreams: ['frozen'] }, STREAMS);
  const frozen = new Rights({ readOnly: true, readOnlyStreams: [] }, STREAMS);
  const codeOn = (by: Rights, permission: Permission, stream: string, streams?: string[]) =>
    by.refusalOn(actor(role, streams), permission, stream)?.code ?? 'may';

  it.each(permissions)('%s', (permission) => {
    const may = ROLES.indexOf(role) >= ROLES.indexOf(LEAST[permission]);
    const changes = CHANGING.includes(permission);
    const unless = (code: string) => (may ? code : 'forbidden');
    expect({
      anyStream: codeOn(rights, permission, 'orders'),
      readOnlyStream: codeOn(rights, permission, 'frozen'),
      readOnly: codeOn(frozen, permission, 'orders'),
      inScope: codeOn(rights, permission, 'prod:a', ['prod:*']),
      outOfScope: codeOn(rights, permission, 'orders', ['prod:*']),
      dashboardsOwn: codeOn(rights, permission, 'audit'),
    }).toEqual({
      anyStream: unless('may'),
      readOnlyStream: unless(changes ? 'read_only' : 'may'),
      readOnly: unless(changes ? 'read_only' : 'may'),
      inScope: OF_ALL_STREAMS.includes(permission) ? 'forbidden' : unless('may'),
      outOfScope: 'forbidden',
      // Read by who may read the audit, written by nobody.
      dashboardsOwn: changes || role === 'viewer' ? 'forbidden' : unless('may'),
    });
  });
});
