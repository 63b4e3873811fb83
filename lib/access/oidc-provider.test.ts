import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { oidcSettings } from '@/lib/testing/oidc-settings';
import { boundedFetch } from './oidc-fetch';
import { OidcProvider } from './oidc-provider';
import { OidcExchanges } from './oidc-tokens';

const LOG = { info: () => undefined, warn: () => undefined };
const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A server on loopback; returns its address. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const settingsFor = (issuer: string) =>
  oidcSettings({ issuer, clientSecret: 'known to the provider alone' });

const metadata = (issuer: string, more: Record<string, string> = {}) => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/keys`,
  response_types_supported: ['code'],
  ...more,
});

/** A provider with this discovery document, whose other addresses lead to `elsewhere`. */
async function provide(document: (issuer: string) => object, elsewhere = '') {
  const issuer: string = await serve((request, response) => {
    if (request.url?.startsWith('/.well-known/')) {
      const body = JSON.stringify(document(issuer));
      response.setHeader('content-type', 'application/json').end(body);
    } else response.writeHead(307, { location: `${elsewhere}/taken` }).end();
  });
  const settings = settingsFor(issuer);
  return { issuer, settings, provider: new OidcProvider(settings, LOG) };
}

describe('the identity provider', () => {
  it('is the one that is configured, or nobody is sent there', async () => {
    const right = await provide((issuer) => metadata(issuer));
    expect(await right.provider.ask(async (config) => config.serverMetadata().issuer)).toBe(
      right.issuer,
    );
    for (const claim of ['https://evil.example', '/other']) {
      const said = (issuer: string) => (claim.startsWith('/') ? issuer + claim : claim);
      const wrong = await provide((issuer) => metadata(said(issuer)));
      const ask = wrong.provider.ask(async () => 'asked');
      await expect(ask).rejects.toMatchObject({ code: 'oidc_invalid' });
      expect(wrong.provider.config).toBeNull();
    }
  });

  it('leads what we send it nowhere else', async () => {
    const taken: string[] = [];
    const elsewhere = await serve((request, response) => {
      taken.push(String(request.url));
      response.end('{}');
    });
    const { provider, settings } = await provide((issuer) => metadata(issuer), elsewhere);
    const exchanges = new OidcExchanges(provider, settings);
    await expect(exchanges.refresh('a refresh token')).rejects.toMatchObject({
      code: expect.stringMatching(/^oidc_/),
    });
    const moved = await serve((_, response) => {
      response.writeHead(302, { location: `${elsewhere}/.well-known/openid-configuration` }).end();
    });
    const discovery = new OidcProvider(settingsFor(moved), LOG).ask(async () => 'asked');
    await expect(discovery).rejects.toMatchObject({ code: expect.stringMatching(/^oidc_/) });
    expect(taken).toEqual([]);
  });
});

it('no answer of a provider is taken past a megabyte', async () => {
  const sizes = [2 ** 20, 2 ** 20 + 1];
  const url = await serve((request, response) => {
    response.end(Buffer.alloc(sizes[Number(request.url?.slice(1))] ?? 0));
  });
  const fetched = (at: number) =>
    boundedFetch(`${url}/${at}`, {
      method: 'GET',
      headers: {},
      body: undefined,
      redirect: 'manual',
    });
  expect((await (await fetched(0)).arrayBuffer()).byteLength).toBe(2 ** 20);
  await expect(fetched(1)).rejects.toThrow('too large');
});
