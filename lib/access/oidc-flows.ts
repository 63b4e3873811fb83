import { z } from 'zod';
import { DashboardError } from '@/lib/model/errors';
import { Seal } from './seal';

/** How long somebody may take at the provider. */
const FLOW_MS = 10 * 60_000;
/** Longest `next` is 2,048 characters, percent-encoded as it came. */
const COOKIE_CHARS_MAX = 3_900;
/** Flows remembered as over; past that the oldest are forgotten, whose codes the provider refuses. */
const OVER_MAX = 10_000;

const flow = z.object({
  state: z.string(),
  nonce: z.string(),
  /** PKCE's code verifier. */
  verifier: z.string(),
  /** Where to go on, a path within this site. */
  next: z.string(),
  /** The session this browser had: it ends when the new one begins. */
  replaces: z.object({ id: z.string(), signedInMs: z.number() }).nullish(),
  begunMs: z.number(),
});

/** A sign-in at the provider that was begun and has not ended. */
export type OidcFlow = z.infer<typeof flow>;

/**
 * Sign-ins under way, each sealed into a cookie of the browser that began it: no other can end it,
 * and it ends once.
 */
export class OidcFlows {
  readonly #seal: Seal;
  /** States of flows that came back, with when they would have expired. */
  readonly #over = new Map<string, number>();

  constructor(
    secret: string | null,
    private readonly now: () => number = Date.now,
  ) {
    this.#seal = new Seal(secret, 'sign-in', COOKIE_CHARS_MAX);
  }

  /** The cookie's text. */
  seal(given: Omit<OidcFlow, 'begunMs'>): Promise<string> {
    return this.#seal.seal({ ...given, begunMs: this.now() });
  }

  /** Null for a cookie that is none of ours. */
  async open(cookie: string | null): Promise<OidcFlow | null> {
    if (cookie === null) return null;
    const parsed = flow.safeParse(await this.#seal.open(cookie));
    return parsed.success ? parsed.data : null;
  }

  /**
   * Ends the flow that came back with this `state`. Throws `oidc_state`, `oidc_replayed` and
   * `oidc_expired`.
   */
  end(begun: OidcFlow | null, state: string | null): OidcFlow {
    if (begun === null || state !== begun.state) {
      throw new DashboardError('oidc_state', 'This sign-in was begun in another browser or tab.');
    }
    const now = this.now();
    for (const [over, untilMs] of this.#over) if (untilMs < now) this.#over.delete(over);
    if (this.#over.has(begun.state)) {
      throw new DashboardError('oidc_replayed', 'This sign-in has ended before.');
    }
    const untilMs = begun.begunMs + FLOW_MS;
    if (untilMs < now) throw new DashboardError('oidc_expired', 'The sign-in took too long.');
    this.#over.set(begun.state, untilMs);
    if (this.#over.size > OVER_MAX) {
      const oldest = this.#over.keys().next();
      if (!oldest.done) this.#over.delete(oldest.value);
    }
    return begun;
  }
}
