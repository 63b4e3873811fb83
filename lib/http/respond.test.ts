import { describe, expect, it } from 'vitest';
import type { Actor } from '@/lib/model/actor';
import { DashboardError } from '@/lib/model/errors';
import { CLIENT_ADDRESS_HEADER, json, REQUEST_ID_HEADER, respond } from './respond';

function serve(
  handle: (actor: Actor) => Promise<Response>,
  headers: Record<string, string> = {},
  method = 'GET',
) {
  const logged: unknown[] = [];
  const refusals: unknown[] = [];
  const host = {
    config: { host: '127.0.0.1', allowedHosts: [] },
    log: { error: (...line: unknown[]) => logged.push(line) },
    access: {
      admit: async ({ header }: { header(name: string): string | null }, route: string) => {
        if (header('cookie') !== 'ann') throw new DashboardError('unauthenticated', 'Sign in.');
        return { name: `ann at ${route}`, role: 'viewer', address: 'a', via: 'session' } as const;
      },
      demand: () => undefined,
      askerOf: async ({ peer, requestId }: { peer: string | null; requestId: string | null }) => ({
        actor: { name: 'ann', role: 'viewer', address: peer ?? '', via: 'session' } as const,
        requestId,
      }),
    },
    audit: { noteRefusal: (refusal: unknown) => void refusals.push(refusal) },
    knowsAddresses: true,
  };
  const request = new Request('http://localhost/a/path?q=1', {
    method,
    headers: { host: 'localhost', cookie: 'ann', [REQUEST_ID_HEADER]: 'r1', ...headers },
  });
  return { response: respond(request, host, '/api/tasks', handle), logged, refusals };
}

describe('respond', () => {
  it('gives the answer of its handler', async () => {
    const { response } = serve(async () => json({ a: 1 }, 201));
    const answer = await response;
    expect(answer.status).toBe(201);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.json()).toEqual({ a: 1 });
  });

  it('turns what is thrown into a problem, and logs only what nobody foresaw', async () => {
    const known = serve(async () => {
      throw new DashboardError('redis_loading', 'Wait.');
    });
    const answer = await known.response;
    expect(answer.status).toBe(503);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.headers.get('retry-after')).toBe('2');
    expect(await answer.json()).toMatchObject({ code: 'redis_loading', request_id: 'r1' });
    expect(known.logged).toEqual([]);

    const error = new Error('hunter2');
    const unknown = serve(() => Promise.reject(error));
    expect(await (await unknown.response).text()).not.toContain('hunter2');
    expect(unknown.logged).toEqual([[{ request_id: 'r1', error }, 'request failed']]);
  });

  it('does not run its handler for a request from another site', async () => {
    let ran = false;
    const handle = async () => {
      ran = true;
      return json({});
    };
    const { response } = serve(handle, { origin: 'http://evil.example' });
    expect((await response).status).toBe(403);
    expect(ran).toBe(false);
  });

  it('tells its handler who asks, by the rule of its own route', async () => {
    const { response } = serve(async ({ name }) => json({ name }));
    expect(await (await response).json()).toEqual({ name: 'ann at /api/tasks' });
  });

  it('does not run its handler for nobody', async () => {
    let ran = false;
    const handle = async () => {
      ran = true;
      return json({});
    };
    const answer = await serve(handle, { cookie: 'none' }).response;
    expect([answer.status, ran]).toEqual([401, false]);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /);
  });

  it('has what was turned away recorded, and nothing else', async () => {
    const foreign = { origin: 'http://evil.example', [CLIENT_ADDRESS_HEADER]: '10.0.0.1' };
    const change = serve(async () => json({}), foreign, 'POST');
    expect((await change.response).status).toBe(403);
    const actor = { name: 'ann', role: 'viewer', address: '10.0.0.1', via: 'session' };
    const refusal = { asker: { actor, requestId: 'r1' }, code: 'foreign_origin', path: '/a/path' };
    expect(change.refusals).toEqual([{ ...refusal, method: 'POST' }]);
    const read = serve(async () => json({}), foreign);
    expect((await read.response).status).toBe(403);
    expect(read.refusals).toEqual([{ ...refusal, method: 'GET' }]);
    const typed = { 'content-type': 'application/json' };
    for (const [code, status] of [
      ['invalid_task', 422],
      // Written down where they happen.
      ['wrong_credentials', 401],
      ['audit_unavailable', 503],
    ] as const) {
      const fail = () => Promise.reject(new DashboardError(code, 'Wrong.'));
      const { response, refusals } = serve(fail, typed, 'POST');
      expect([(await response).status, refusals]).toEqual([status, []]);
    }
  });
});
