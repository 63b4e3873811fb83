import { describe, expect, it } from 'vitest';
import { DashboardError } from '@/lib/model/errors';
import { guardRequest, isServedHost } from './guard';

const loopback = { host: '127.0.0.1', allowedHosts: [] };
const JSON_TYPE = { 'content-type': 'application/json' };

/** The code a request is refused with, or `ok`. */
function verdict(
  method: string,
  headers: Record<string, string>,
  options: Parameters<typeof guardRequest>[1] = loopback,
): string {
  try {
    guardRequest({ method, header: (name) => headers[name] ?? null }, options);
    return 'ok';
  } catch (error) {
    if (error instanceof DashboardError) return error.code;
    throw error;
  }
}
const get = (headers: Record<string, string>) =>
  verdict('GET', { host: 'localhost:3000', ...headers });
const post = (headers: Record<string, string>) =>
  verdict('POST', { host: 'localhost:3000', ...JSON_TYPE, ...headers });

describe('the host', () => {
  it.each([
    'localhost',
    'LOCALHOST:3000',
    'dash.localhost:3000',
    '127.0.0.1:3000',
    '127.8.9.1',
    '[::1]:3000',
    '[::1]',
  ])('%s is this machine', (host) => {
    expect(isServedHost(host, loopback)).toBe(true);
  });

  it.each([
    '',
    'evil.example',
    'localhost.evil.example',
    'evil-localhost',
    'localhost.',
    '127.0.0.1.evil.example',
    '127.0.0.1@evil.example',
    'evil.example#localhost',
    'localhost:3000@evil.example',
    'localhost/evil',
    'localhost, evil.example',
    'localhost\nevil',
    ' localhost',
    'localhost:',
    'localhost:port',
    '[::1',
    '0.0.0.0',
    '192.168.1.5:3000',
    '2130706433',
  ])('%j is not', (host) => {
    expect(isServedHost(host, loopback)).toBe(false);
    expect(verdict('GET', { host })).toBe('foreign_host');
  });

  it('is asked for', () => {
    expect(verdict('GET', {})).toBe('foreign_host');
  });

  it('may be the address listened on, or a name that was allowed', () => {
    const options = { host: '10.0.0.7', allowedHosts: ['dash.example'] };
    expect(isServedHost('10.0.0.7:3000', options)).toBe(true);
    expect(isServedHost('Dash.Example:443', options)).toBe(true);
    expect(isServedHost('10.0.0.8', options)).toBe(false);
    expect(isServedHost('sub.dash.example', options)).toBe(false);
    expect(isServedHost('[fe80::1]:3000', { host: 'fe80::1', allowedHosts: [] })).toBe(true);
  });

  it('is not every host where every address is listened on', () => {
    for (const host of ['0.0.0.0', '::']) {
      const options = { host, allowedHosts: [] };
      expect(isServedHost('0.0.0.0:3000', options)).toBe(false);
      expect(isServedHost('[::]:3000', options)).toBe(false);
      expect(isServedHost('10.0.0.7', options)).toBe(false);
      expect(isServedHost('localhost', options)).toBe(true);
    }
  });
});

describe('the origin', () => {
  it('is the host itself, whatever the scheme, or not told', () => {
    expect(get({})).toBe('ok');
    expect(get({ origin: 'http://localhost:3000' })).toBe('ok');
    expect(get({ origin: 'https://LOCALHOST:3000' })).toBe('ok');
    expect(verdict('GET', { host: 'localhost:80', origin: 'http://localhost' })).toBe('ok');
  });

  it.each([
    'http://evil.example',
    'http://localhost',
    'http://localhost:3001',
    'http://127.0.0.1:3000',
    'http://localhost:3000.evil.example',
    'http://localhost:3000@evil.example',
    'null',
    'localhost:3000',
    '',
    'file://',
  ])('%j is another site, for reading as for writing', (origin) => {
    expect(get({ origin })).toBe('foreign_origin');
    expect(post({ origin })).toBe('foreign_origin');
  });

  it('of a host that is no address is refused, not a failure', () => {
    const headers = { host: 'localhost:99999', origin: 'http://localhost:99999' };
    expect(verdict('GET', headers)).toBe('foreign_origin');
  });
});

describe('a write', () => {
  it('comes from the same site, or from no browser', () => {
    expect(post({})).toBe('ok');
    expect(post({ 'sec-fetch-site': 'same-origin', origin: 'http://localhost:3000' })).toBe('ok');
    for (const site of ['cross-site', 'same-site', 'none', '']) {
      expect(post({ 'sec-fetch-site': site })).toBe('foreign_origin');
    }
  });

  it('is JSON, which no form of another site can send', () => {
    expect(post({ 'content-type': 'Application/JSON; charset=utf-8' })).toBe('ok');
    for (const type of [
      '',
      'text/plain',
      'application/x-www-form-urlencoded',
      'text/plain; application/json',
      'application/jsonp',
      'application/json, text/plain',
    ]) {
      expect(post({ 'content-type': type })).toBe('unsupported_media_type');
    }
    expect(verdict('POST', { host: 'localhost' })).toBe('unsupported_media_type');
  });

  it('is whatever is not known to be a read', () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'get', 'PROPFIND', '']) {
      expect(verdict(method, { host: 'localhost' })).toBe('unsupported_media_type');
    }
    for (const method of ['GET', 'HEAD', 'OPTIONS']) {
      const from = (site: string, mode: string) =>
        verdict(method, { host: 'localhost', 'sec-fetch-site': site, 'sec-fetch-mode': mode });
      expect(from('cross-site', 'navigate')).toBe('ok');
      expect(from('none', 'navigate')).toBe('ok');
      expect(from('same-origin', 'cors')).toBe('ok');
      for (const site of ['cross-site', 'same-site']) {
        expect(from(site, 'no-cors')).toBe('foreign_origin');
        expect(from(site, 'cors')).toBe('foreign_origin');
      }
    }
  });
});

describe('what a form sends', () => {
  const FORM = { host: 'localhost:3000', 'content-type': 'application/x-www-form-urlencoded' };
  const OWN = { ...FORM, origin: 'http://localhost:3000' };

  it.each<[string, Record<string, string>, boolean, string]>([
    ['our own page', OWN, true, 'ok'],
    [
      'our own page, told by Sec-Fetch-Site',
      { ...FORM, 'sec-fetch-site': 'same-origin' },
      true,
      'ok',
    ],
    ['elsewhere than where forms are taken', OWN, false, 'unsupported_media_type'],
    ['nobody knows where', FORM, true, 'unsupported_media_type'],
    ['another site', { ...FORM, origin: 'http://evil.example' }, true, 'foreign_origin'],
    ['a sandboxed page', { ...FORM, origin: 'null' }, true, 'foreign_origin'],
    [
      'another site without Origin',
      { ...FORM, 'sec-fetch-site': 'cross-site' },
      true,
      'foreign_origin',
    ],
    [
      'a form of plain text',
      { ...OWN, 'content-type': 'text/plain' },
      true,
      'unsupported_media_type',
    ],
  ])('from %s', (_, headers, takesForms, outcome) => {
    const request = { method: 'POST', header: (name: string) => headers[name] ?? null, takesForms };
    const options = { host: '127.0.0.1', allowedHosts: [] };
    const run = () => guardRequest(request, options);
    if (outcome === 'ok') expect(run).not.toThrow();
    else expect(run).toThrow(expect.objectContaining({ code: outcome }));
  });
});
