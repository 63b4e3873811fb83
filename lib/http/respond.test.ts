import { describe, expect, it } from 'vitest';
import { DashboardError } from '@/lib/model/errors';
import { CLIENT_ADDRESS_HEADER, json, REQUEST_ID_HEADER, respond } from './respond';

function serve(
  handle: () => Promise<Response>,
  headers: Record<string, string> = {},
  method = 'GET',
) {
  const logged: unknown[] = [];
  const refusals: unknown[] = [];
  const host = {
    config: { host: '127.0.0.1', allowedHosts: [] },
    log: { error: (...line: unknown[]) => logged.push(line) },
    audit: { noteRefusal: (refusal: unknown) => refusals.push(refusal) },
    knowsAddresses: true,
  };
  const request = new Request('http://localhost/a/path?q=1', {
    method,
    headers: { host: 'localhost', [REQUEST_ID_HEADER]: 'r1', ...headers },
  });
  return { response: respond(request, host, handle), logged, refusals };
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

  it('has a change that was turned away recorded, and nothing else', async () => {
    const foreign = { origin: 'http://evil.example', [CLIENT_ADDRESS_HEADER]: '10.0.0.1' };
    const turnedAway = serve(async () => json({}), foreign, 'POST');
    expect((await turnedAway.response).status).toBe(403);
    const actor = { name: 'anonymous', role: null, address: '10.0.0.1', via: 'open' };
    expect(turnedAway.refusals).toEqual([
      {
        asker: { actor, requestId: 'r1' },
        ...{ code: 'foreign_origin', method: 'POST', path: '/a/path' },
      },
    ]);
    const read = serve(async () => json({}), foreign);
    expect((await read.response).status).toBe(403);
    const typed = { 'content-type': 'application/json' };
    const wrong = serve(
      () => Promise.reject(new DashboardError('invalid_task', 'Wrong.')),
      typed,
      'POST',
    );
    expect((await wrong.response).status).toBe(422);
    expect([...read.refusals, ...wrong.refusals]).toEqual([]);
  });
});
