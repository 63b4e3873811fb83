import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import Provider from 'oidc-provider';
import type { DashboardProcess } from './stack';

export const CLIENT_ID = 'dashboard';
export const CLIENT_SECRET = 'what-the-provider-knows-the-client-by';
const KEY_ID = 'test';

/** Somebody the provider knows, by the name they type there. */
export interface Account {
  claims: Record<string, unknown>;
  isDisabled?: boolean;
}

/** What the token endpoint answers in place of what is right. */
export interface TokenFault {
  status?: number;
  /** The body as it is; by default tokens with an ID token of these claims. */
  body?: string;
  claims?: JWTPayload;
  /** Signed by a key the provider does not have. */
  isForged?: boolean;
}

/**
 * A real OpenID provider on loopback, by a name that makes it another site than the dashboard. It
 * listens from the start and is away until `serve`.
 */
export class IdentityProvider {
  readonly accounts = new Map<string, Account>();
  /** While set, nobody gets an answer. */
  isAway = true;
  givesRefreshTokens = true;
  tokenFault: TokenFault | null = null;
  /** The tokens it gave out. */
  readonly secrets = new Set<string>();
  /** Is told each of them, before anybody else has it. */
  onSecret: (token: string) => void = () => undefined;
  readonly #server: Server;
  readonly #keys: Awaited<ReturnType<typeof makeKeys>>;
  #provider: Provider | null = null;
  #nonce: string | undefined;

  private constructor(server: Server, keys: Awaited<ReturnType<typeof makeKeys>>) {
    this.#server = server;
    this.#keys = keys;
    server.on('request', (request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  static async start(): Promise<IdentityProvider> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new IdentityProvider(server, await makeKeys());
  }

  get issuer(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The dashboard's variables for it. */
  get env(): Record<string, string> {
    return {
      OIDC_ISSUER: this.issuer,
      OIDC_CLIENT_ID: CLIENT_ID,
      OIDC_CLIENT_SECRET: CLIENT_SECRET,
      OIDC_LABEL: 'Example ID',
      OIDC_VIEWER: 'staff',
      OIDC_OPERATOR: 'ops',
      OIDC_ADMIN: 'root',
    };
  }

  /** Knows the dashboards from now on, and is there; asked again, it stays as it is. */
  serve(...dashboards: Pick<DashboardProcess, 'url'>[]): void {
    if (this.#provider) return;
    const urls = dashboards.map(({ url }) => url);
    this.#provider = new Provider(this.issuer, {
      clients: [
        {
          client_id: CLIENT_ID,
          client_secret: CLIENT_SECRET,
          grant_types: ['authorization_code', 'refresh_token'],
          redirect_uris: urls.map((url) => `${url}/sign-in/callback`),
          post_logout_redirect_uris: urls.map((url) => `${url}/sign-in`),
        },
      ],
      jwks: { keys: [this.#keys.own] },
      cookies: {
        keys: ['of the test'],
        long: { signed: true, sameSite: 'lax' },
        short: { signed: true, sameSite: 'lax' },
      },
      claims: {
        openid: ['sub', 'groups', 'streams'],
        profile: ['preferred_username'],
        email: ['email'],
      },
      pkce: { required: () => true },
      features: {
        devInteractions: { enabled: false },
        revocation: { enabled: true },
        rpInitiatedLogout: {
          logoutSource: (context, form) => {
            context.body = `${HEAD}${form}${LOGOUT_BUTTON}`;
          },
        },
      },
      ttl: Object.fromEntries(LIVING.map((kind) => [kind, 3_600])),
      interactions: { url: (_, { uid }) => `/interaction/${uid}` },
      issueRefreshToken: async () => this.givesRefreshTokens,
      rotateRefreshToken: () => true,
      findAccount: async (_, id) => {
        const account = this.accounts.get(id);
        if (!account || account.isDisabled) return undefined;
        return { accountId: id, claims: async () => ({ sub: id, ...account.claims }) };
      },
      // Nobody is asked for their consent.
      loadExistingGrant: async ({ oidc }) => {
        const { client, session, params } = oidc;
        if (!this.#provider) throw new Error('The provider is away.');
        this.#nonce = params.nonce;
        const of = { clientId: client.clientId, accountId: session.accountId };
        const grant = new this.#provider.Grant(of);
        grant.addOIDCScope('openid profile email');
        await grant.save();
        return grant;
      },
    });
    this.#provider.on('grant.success', ({ body }) => {
      for (const token of Object.values(body)) {
        if (typeof token !== 'string' || token.length <= 20) continue;
        this.secrets.add(token);
        this.onSecret(token);
      }
    });
    this.isAway = false;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const provider = this.#provider;
    if (this.isAway || !provider) return void request.destroy();
    const path = request.url ?? '/';
    if (path === '/token' && this.tokenFault) {
      return this.#answerWrongly(this.tokenFault, request, response);
    }
    if (!path.startsWith('/interaction/')) return provider.callback()(request, response);
    if (request.method === 'GET') {
      response.setHeader('content-type', 'text/html; charset=utf-8').end(LOGIN_PAGE);
      return;
    }
    const form = new URLSearchParams(await text(request));
    const login = { login: { accountId: form.get('name') ?? '' } };
    const result = form.has('cancel') ? { error: 'access_denied' } : login;
    await provider.interactionFinished(request, response, result);
  }

  async #answerWrongly(
    { status = 200, body, claims = {}, isForged = false }: TokenFault,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    await text(request);
    const now = Math.floor(Date.now() / 1000);
    const payload = {
      ...{ iss: this.issuer, aud: CLIENT_ID, sub: 'root', groups: ['root'], email: 'root@x' },
      ...{ iat: now, exp: now + 600, nonce: this.#nonce },
      ...claims,
    };
    const key = isForged ? this.#keys.foreign : this.#keys.signing;
    const header = { alg: 'RS256', kid: KEY_ID };
    const idToken = await new SignJWT(payload).setProtectedHeader(header).sign(key);
    const tokens = { access_token: 'x', token_type: 'Bearer', id_token: idToken };
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(body ?? JSON.stringify(tokens));
  }
}

/** What the provider keeps, each for an hour. */
const LIVING = [
  ...['AccessToken', 'AuthorizationCode', 'Grant', 'IdToken'],
  ...['Interaction', 'RefreshToken', 'Session'],
];

/** Of pages that ask nobody else for anything. */
const HEAD =
  '<!doctype html><html lang="en"><title>Example ID</title><link rel="icon" href="data:,">';

const LOGIN_PAGE = `${HEAD}
<form method="post"><label>Account <input name="name" autofocus></label>
<button>Go on</button> <button name="cancel" value="1">Cancel</button></form></html>`;

const LOGOUT_BUTTON =
  '<button form="op.logoutForm" name="logout" value="yes">Yes, sign me out</button></html>';

async function makeKeys() {
  const [own, foreign] = await Promise.all(
    [0, 1].map(() => generateKeyPair('RS256', { extractable: true })),
  );
  if (!own || !foreign) throw new Error('There are no keys.');
  const jwk = { ...(await exportJWK(own.privateKey)), kid: KEY_ID, use: 'sig', alg: 'RS256' };
  return { own: jwk, signing: own.privateKey, foreign: foreign.privateKey };
}
