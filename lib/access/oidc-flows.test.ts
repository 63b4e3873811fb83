import { describe, expect, it } from 'vitest';
import { OidcFlows } from './oidc-flows';
import { Sessions } from './sessions';

const SECRET = 'a secret of thirty-two characters.';
const GIVEN = { state: 's1', nonce: 'n1', verifier: 'v1', next: '/tasks' };

function make(secret: string | null = SECRET) {
  const clock = { ms: 1_800_000_000_000 };
  return { flows: new OidcFlows(secret, () => clock.ms), clock };
}

async function begun() {
  const { flows, clock } = make();
  const cookie = await flows.seal(GIVEN);
  return { flows, clock, cookie, flow: await flows.open(cookie) };
}

describe('a sign-in at the provider', () => {
  it('ends in the browser that began it, at another process with the same secret too', async () => {
    const { cookie } = await begun();
    const { flows } = make();
    expect(flows.end(await flows.open(cookie), 's1')).toMatchObject(GIVEN);
  });

  it('ends once', async () => {
    const { flows, flow } = await begun();
    flows.end(flow, 's1');
    expect(() => flows.end(flow, 's1')).toThrow(expect.objectContaining({ code: 'oidc_replayed' }));
  });

  it('ends by its own state alone, which a wrong one does not use up', async () => {
    const { flows, flow } = await begun();
    for (const state of [null, '', 's2', 'S1']) {
      const end = () => flows.end(flow, state);
      expect(end).toThrow(expect.objectContaining({ code: 'oidc_state' }));
    }
    expect(flows.end(flow, 's1').verifier).toBe('v1');
  });

  it('has ten minutes', async () => {
    const { flows, clock, flow } = await begun();
    clock.ms += 10 * 60_000 + 1;
    expect(() => flows.end(flow, 's1')).toThrow(expect.objectContaining({ code: 'oidc_expired' }));
    clock.ms -= 1;
    expect(flows.end(flow, 's1').next).toBe('/tasks');
  });

  it('is none of a cookie that was not sealed here, or for something else', async () => {
    const { flows, cookie } = await begun();
    const sessions = new Sessions(SECRET, { idleMs: 1, absoluteMs: 1 });
    const session = sessions.begin({ name: 'ann', fingerprint: 'fp', oidc: null });
    const wrong = [
      await make(null).flows.seal(GIVEN),
      await sessions.seal(session),
      `${cookie.slice(0, -9)}${cookie.at(-9) === 'A' ? 'B' : 'A'}${cookie.slice(-8)}`,
      'x',
    ];
    for (const text of wrong) expect(await flows.open(text)).toBeNull();
    expect(await sessions.open(cookie)).toBeNull();
    expect(() => flows.end(null, 's1')).toThrow(expect.objectContaining({ code: 'oidc_state' }));
  });
});
