import type { OidcSettings } from '@/lib/model/access-settings';

/** Settings of a provider whose groups give no role, but for what is given. */
export function oidcSettings(given: Partial<OidcSettings> = {}): OidcSettings {
  return {
    issuer: 'https://id.example',
    clientId: 'dashboard',
    clientSecret: null,
    clientAuth: null,
    scopes: ['openid'],
    label: 'id',
    publicUrl: 'https://dashboard.example',
    nameClaim: null,
    roleClaim: 'groups',
    roleValues: { viewer: [], operator: [], admin: [] },
    defaultRole: null,
    streamsClaim: null,
    defaultStreams: null,
    graceMs: 60_000,
    ...given,
  };
}
