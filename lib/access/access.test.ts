import { describe, expect, it } from 'vitest';
import type { AccessSettings } from '@/lib/model/access-settings';
import { Access } from './access';

const QUIET = { info: () => undefined, warn: () => undefined };

const UNHEARD = { note: () => undefined, noteRefusal: () => undefined };

const WRITES = { perUser: 2, perAddress: 100 };

function make(settings: Partial<AccessSettings>): Access {
  return new Access(
    {
      mode: 'none',
      users: { text: '' },
      oidc: null,
      trustedPeers: [],
      proxy: {
        userHeader: 'x-user',
        roleHeader: 'x-role',
        defaultRole: 'viewer',
        streamsHeader: null,
      },
      session: { secret: null, idleMs: 60_000, absoluteMs: 60_000, isSecure: null },
      readOnly: false,
      readOnlyStreams: [],
      writes: WRITES,
      ...settings,
    },
    QUIET,
    UNHEARD,
    { own: ['audit', 'revoked'], task: 'tasks', event: 'events', listed: ['tasks', 'events'] },
  );
}

function ask(peer: string | null, headers: Record<string, string> = {}, method = 'GET') {
  return { method, peer, header: (name: string) => headers[name] ?? null, requestId: null };
}

describe('requests that change something', () => {
  it('are limited by user where a route acts, and not by those that look', async () => {
    const access = make({ mode: 'proxy', trustedPeers: ['10.0.0.1'] });
    const otto = { 'x-user': 'otto', 'x-role': 'operator' };
    for (let n = 0; n < 5; n++) await access.admit(ask('10.0.0.1', otto), '/api/streams');
    for (let n = 0; n < 2; n++) await access.admit(ask('10.0.0.1', otto, 'POST'), '/api/tasks');
    await expect(access.admit(ask('10.0.0.1', otto, 'POST'), '/api/tasks')).rejects.toMatchObject({
      code: 'write_limit',
      details: { retryAfterS: 30 },
    });
    await access.admit(ask('10.0.0.1', otto), '/api/streams');
  });
});

describe('where a proxy says who asks', () => {
  const access = make({ mode: 'proxy', trustedPeers: ['10.0.0.1'] });
  const ANN = { 'x-user': 'ann@example', 'x-role': 'operator', 'x-forwarded-for': '198.51.100.9' };

  it('believes it, and takes the client’s address from it', async () => {
    expect(await access.admit(ask('10.0.0.1', ANN, 'POST'), '/api/tasks')).toEqual({
      name: 'ann@example',
      role: 'operator',
      address: '198.51.100.9',
      via: 'proxy',
    });
  });

  it('gives the default role to whom it names without one', async () => {
    const actor = await access.admit(ask('10.0.0.1', { 'x-user': 'bob' }), '/api/streams');
    expect(actor.role).toBe('viewer');
  });

  it.each([
    ['another peer', ask('10.0.0.2', ANN)],
    ['a peer that is not known', ask(null, ANN)],
    ['nobody named', ask('10.0.0.1', { 'x-role': 'admin' })],
    ['two names', ask('10.0.0.1', { ...ANN, 'x-user': 'ann, root' })],
    ['a role there is not', ask('10.0.0.1', { ...ANN, 'x-role': 'root' })],
    ['two roles', ask('10.0.0.1', { ...ANN, 'x-role': 'viewer, admin' })],
  ])('believes nothing of %s', async (_, request) => {
    await expect(access.admit(request, '/api/streams')).rejects.toMatchObject({
      code: 'unauthenticated',
    });
  });
});

describe('where a proxy says which streams there are for somebody', () => {
  const proxy = {
    ...{ userHeader: 'x-user', roleHeader: 'x-role', streamsHeader: 'x-streams' },
    defaultRole: 'operator' as const,
  };
  const access = make({ mode: 'proxy', trustedPeers: ['10.0.0.1'], proxy });
  const admit = (streams?: string) =>
    access.admit(
      ask('10.0.0.1', { 'x-user': 'ann', ...(streams !== undefined && { 'x-streams': streams }) }),
      '/api/streams',
    );

  it('lets them see these alone', async () => {
    const actor = await admit('prod:*;billing');
    expect(actor.streams).toEqual(['prod:*', 'billing']);
    expect(() => access.demand(actor, 'look', 'prod:orders')).not.toThrow();
    for (const permission of ['look', 'enqueue'] as const) {
      expect(() => access.demand(actor, permission, 'tasks')).toThrow(
        expect.objectContaining({ code: 'forbidden' }),
      );
    }
    // The same array for the same words: what is made of it is kept.
    expect((await admit('prod:*;billing')).streams).toBe(actor.streams);
  });

  it('takes * for all, and nothing else', async () => {
    expect((await admit('*')).streams).toBeUndefined();
    expect((await admit('**')).streams).toEqual(['**']);
  });

  it.each([
    ['no such header', undefined],
    ['an empty one', ''],
    ['nothing between its marks', ' ; ;'],
    ['two of them', 'billing, *'],
    ['no text', 'prod\u00ff'],
  ])('lets nobody in by %s', async (_, streams) => {
    await expect(admit(streams)).rejects.toMatchObject({ code: 'unauthenticated' });
  });
});

describe('what is read-only', () => {
  const admin = { name: 'anonymous', role: 'admin', address: 'a', via: 'open' } as const;

  it.each([
    ['shield:ingestion_queue', false],
    ['prod:orders', true],
    ['prod:', true],
    ['aprod:orders', false],
    ['exact', true],
    ['exactly', false],
  ])('%s by the globs prod:* and exact: %s', (stream, isReadOnly) => {
    const access = make({ readOnlyStreams: ['prod:*', 'exact'] });
    const demand = () => access.demand(admin, 'enqueue', stream);
    if (isReadOnly) expect(demand).toThrow(expect.objectContaining({ code: 'read_only' }));
    else expect(demand).not.toThrow();
  });

  it('is everything with READ_ONLY, at the gate already; looking goes on', async () => {
    const access = make({ readOnly: true });
    const post = access.admit(ask('127.0.0.1', {}, 'POST'), '/api/tasks');
    await expect(post).rejects.toMatchObject({ code: 'read_only' });
    expect(await access.admit(ask('127.0.0.1'), '/api/streams')).toMatchObject({ role: 'admin' });
  });
});

it('a method that a route has no rule for is refused to everybody', async () => {
  const access = make({});
  await expect(access.admit(ask('127.0.0.1', {}, 'DELETE'), '/api/tasks')).rejects.toMatchObject({
    code: 'forbidden',
  });
});

it('nobody signs in where nobody is asked', async () => {
  const given = { name: 'ann', password: 'x' };
  await expect(make({}).signIn(given, ask('127.0.0.1'))).rejects.toMatchObject({
    code: 'not_found',
  });
});

describe('who may see some streams only', () => {
  const access = make({ readOnlyStreams: ['prod:log'] });
  const actor = (role: 'viewer' | 'operator' | 'admin', ...streams: string[]) =>
    ({ name: 'a', role, address: 'a', via: 'token', ...(streams[0] && { streams }) }) as const;
  const refusedWith = (code: string) => expect.objectContaining({ code });
  const scoped = actor('admin', 'prod:*', 'tasks');

  it.each([
    ['prod:orders', true],
    ['tasks', true],
    ['events', false],
    ['prod', false],
    // Other spellings of a name: of prod:orders, then of events.
    [`binary:${Buffer.from('prod:orders').toString('base64url')}`, true],
    [`binary:${Buffer.from('events').toString('base64url')}`, false],
  ])('%s: %s', (stream, isSeen) => {
    const look = () => access.demand(scoped, 'look', stream);
    if (isSeen) expect(look).not.toThrow();
    else expect(look).toThrow(refusedWith('forbidden'));
    expect(access.sees(scoped)?.(stream)).toBe(isSeen);
  });

  it('writes to no other, and the words say nothing of it', () => {
    expect(() => access.demand(scoped, 'enqueue', 'events')).toThrow(refusedWith('forbidden'));
    expect(() => access.demand(scoped, 'reveal', 'events')).toThrow(
      'This stream is not among those you may see.',
    );
    expect(() => access.demand(scoped, 'enqueue', 'prod:log')).toThrow(refusedWith('read_only'));
  });

  it('sees jobs where both of their streams are seen, and the audit never', () => {
    const refusals = (who: ReturnType<typeof actor>) => Object.keys(access.visitorOf(who).refusals);
    expect(refusals(scoped)).toEqual(['look_at_jobs', 'read_audit']);
    expect(refusals(actor('admin', 'tasks', 'events', 'audit'))).toEqual(['read_audit']);
    expect(refusals(actor('admin'))).toEqual([]);
    expect(refusals(actor('viewer', 'x'))).toEqual([
      ...['enqueue', 'look_at_jobs', 'read_audit', 'reveal'],
    ]);
  });

  it('the audit’s own stream is for who may read it, and nobody writes to it', () => {
    const spelled = `binary:${Buffer.from('audit').toString('base64url')}`;
    for (const name of ['audit', spelled]) {
      const look = (who: ReturnType<typeof actor>) => () => access.demand(who, 'look', name);
      expect(look(actor('viewer'))).toThrow(refusedWith('forbidden'));
      expect(look(actor('admin', '*'))).toThrow(refusedWith('forbidden'));
      expect(look(actor('operator'))).not.toThrow();
      expect(() => access.demand(actor('admin'), 'enqueue', name)).toThrow(
        refusedWith('forbidden'),
      );
    }
  });

  it('nobody is slowed who sees all', () => {
    expect(access.sees(actor('viewer'))).toBeNull();
    expect(access.sees(actor('admin'))).toBeNull();
  });
});
