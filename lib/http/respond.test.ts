import { describe, expect, it } from 'vitest';
import type { Actor } from '@/lib/model/actor';
import { DashboardError } from '@/lib/model/errors';
import { json, REQUEST_ID_HEADER, respond } from './respond';

function serve(handle: (actor: Actor) => Promise<Response>, headers: Record<string, string> = {}) {
  const logged: unknown[] = [];
  const host = {
    config: { host: '127.0.0.1', allowedHosts: [] },
    log: { error: (...line: unknown[]) => logged.push(line) },
    access: {
      admit: async ({ header }: { header(name: string): string | null }, route: string) => {
        if (header('cookie') !== 'ann') throw new DashboardError('unauthenticated', 'Sign in.');
        return { name: `ann at ${route}`, role: 'viewer', address: 'a', via: 'session' } as const;
      },
    },
    knowsAddresses: false,
  };
  const request = new Request('http://localhost/', {
    headers: { host: 'localhost', cookie: 'ann', [REQUEST_ID_HEADER]: 'r1', ...headers },
  });
  return { response: respond(request, host, '/api/streams', handle), logged };
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
    expect(await (await response).json()).toEqual({ name: 'ann at /api/streams' });
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
});
