import { describe, expect, it } from 'vitest';
import { enterSite } from './enter-site';

/** The path of the site that a request is for; null where it is for none. */
function entered(url: string, headers: Record<string, string> = {}, base = '/shield') {
  const request = { url, headers };
  return enterSite(request, base) ? request.url : null;
}

describe('a request, with a base path', () => {
  it.each([
    ['/shield', '/'],
    ['/shield/', '/'],
    ['/shield?range=1h', '/?range=1h'],
    ['/shield/events/stream?stats=only', '/events/stream?stats=only'],
    ['/shield/health', '/health'],
  ])('asks by %s for %s', (url, path) => expect(entered(url)).toBe(path));

  it.each(['/', '/events', '/shieldfoo', '/metrics', '/health/detailed', '/healthy'])(
    'is for nobody here by %s',
    (url) => expect(entered(url)).toBeNull(),
  );

  it('asks after the health of the process past the proxy', () => {
    expect(entered('/health')).toBe('/health');
    expect(entered('/health?from=probe')).toBe('/health?from=probe');
  });

  it('may have lost it to a proxy that says so', () => {
    expect(entered('/events', { 'x-forwarded-prefix': '/shield' })).toBe('/events');
    expect(entered('/events', { 'x-forwarded-prefix': '/shield/' })).toBe('/events');
    expect(entered('/shield/events', { 'x-forwarded-prefix': '/shield' })).toBe('/events');
    expect(entered('/events', { 'x-forwarded-prefix': '/other' })).toBeNull();
  });
});

it('without one every path is of the site', () => {
  expect(entered('/shield/events', {}, '')).toBe('/shield/events');
});
