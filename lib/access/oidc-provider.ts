import {
  allowInsecureRequests,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  None,
} from 'openid-client';
import type { OidcSettings } from '@/lib/model/access-settings';
import { type DashboardError, hasErrorCode } from '@/lib/model/errors';
import { boundedFetch } from './oidc-fetch';
import { oidcTrouble, troubleFacts } from './oidc-trouble';

/** No answer is waited for longer; a sign-in waits for three at most. */
const TIMEOUT_S = 5;
/** How often a provider that is away is asked again, and how long what it said of itself holds. */
const RETRY_MS = 15_000;
const DISCOVERED_MS = 60 * 60_000;

interface Log {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
}

/**
 * The identity provider: found by discovery (OpenID Connect Discovery 1.0), again and again while it
 * is away. Nothing of it has to be there for the dashboard to start.
 */
export class OidcProvider {
  readonly #settings: OidcSettings;
  readonly #log: Log;
  #found: { config: Configuration; atMs: number } | null = null;
  #finding: Promise<Configuration> | null = null;
  #trouble: DashboardError | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(settings: OidcSettings, log: Log) {
    this.#settings = settings;
    this.#log = log;
  }

  start(): void {
    this.#look();
    this.#timer = setInterval(() => this.#look(), RETRY_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Why nobody could sign in now, as far as is known: `oidc_unreachable`, or a wrong set-up. */
  get trouble(): DashboardError | null {
    return this.#trouble;
  }

  /** What was found, or null as long as nothing was. */
  get config(): Configuration | null {
    return this.#found?.config ?? null;
  }

  /**
   * One exchange with the provider, found before where it was not. Throws what `oidcTrouble` makes of
   * its errors.
   */
  async ask<T>(exchange: (config: Configuration) => Promise<T>): Promise<T> {
    try {
      const answer = await exchange(this.config ?? (await this.#find()));
      this.#tell(null);
      return answer;
    } catch (error) {
      const trouble = oidcTrouble(error);
      // Only what holds for everybody says how the provider is.
      if (hasErrorCode(trouble, 'oidc_unreachable')) this.#tell(trouble);
      throw trouble;
    }
  }

  #look(): void {
    const isOld = Date.now() - (this.#found?.atMs ?? 0) > DISCOVERED_MS;
    if (isOld || this.#trouble) this.#find().catch(() => undefined);
  }

  /** One discovery at a time. What was found before stays where it fails. */
  #find(): Promise<Configuration> {
    this.#finding ??= this.#discover().finally(() => {
      this.#finding = null;
    });
    return this.#finding;
  }

  async #discover(): Promise<Configuration> {
    const { issuer, clientId } = this.#settings;
    const url = new URL(issuer);
    const execute = [enableNonRepudiationChecks];
    // The configuration lets plain HTTP pass for loopback alone.
    if (url.protocol === 'http:') execute.push(allowInsecureRequests);
    const options = { execute, timeout: TIMEOUT_S, [customFetch]: boundedFetch };
    try {
      const config = await discovery(url, clientId, undefined, this.#clientAuth(), options);
      this.#found = { config, atMs: Date.now() };
      this.#tell(null);
      return config;
    } catch (error) {
      const trouble = oidcTrouble(error);
      this.#tell(trouble);
      throw trouble;
    }
  }

  #clientAuth(): ClientAuth {
    const { clientSecret, clientAuth } = this.#settings;
    if (clientSecret === null) return None();
    const basic = ClientSecretBasic(clientSecret);
    const post = ClientSecretPost(clientSecret);
    if (clientAuth) return clientAuth === 'client_secret_basic' ? basic : post;
    return (server, ...rest) => {
      // Left out, it means this one (OpenID Connect Discovery 1.0, 3).
      const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
      return (methods.includes('client_secret_basic') ? basic : post)(server, ...rest);
    };
  }

  #tell(trouble: DashboardError | null): void {
    const before = this.#trouble;
    this.#trouble = trouble;
    if (before?.code === trouble?.code) return;
    const facts = { issuer: this.#settings.issuer, ...(trouble && troubleFacts(trouble)) };
    if (trouble) this.#log.warn(facts, 'nobody can sign in at the identity provider');
    else this.#log.info(facts, 'the identity provider answers again');
  }
}
