import { describe, expect, it } from 'vitest';
import { contentSecurityPolicy, DATA_POLICY, SECURITY_HEADERS } from './security-headers';

/** The policy as a table of directives. */
function directives(policy: string): Map<string, string[]> {
  return new Map(
    policy.split('; ').map((directive) => {
      const [name = '', ...values] = directive.split(' ');
      return [name, values];
    }),
  );
}

describe('the content security policy', () => {
  it('lets scripts run by their nonce alone', () => {
    const scripts = directives(contentSecurityPolicy('abc', true)).get('script-src');
    expect(scripts).toContain("'nonce-abc'");
    expect(scripts).not.toContain("'unsafe-inline'");
    expect(scripts).not.toContain("'unsafe-eval'");
  });

  it('allows eval in development only', () => {
    const scripts = directives(contentSecurityPolicy('abc', false)).get('script-src');
    expect(scripts).toContain("'unsafe-eval'");
    expect(scripts).not.toContain("'unsafe-inline'");
  });

  it('lets styles come as files or by the nonce alone', () => {
    const policy = directives(contentSecurityPolicy('abc', true));
    expect(policy.get('style-src')).toEqual(["'self'", "'nonce-abc'"]);
    // Nothing looser stands in for attributes or elements.
    expect([...policy.keys()].filter((name) => name.startsWith('style-'))).toEqual(['style-src']);
    expect([...policy.values()].flat()).not.toContain("'unsafe-inline'");
  });

  it('allows inline styles in development only', () => {
    // Without a nonce beside it, which would switch it off.
    expect(directives(contentSecurityPolicy('abc', false)).get('style-src')).toEqual([
      "'self'",
      "'unsafe-inline'",
    ]);
  });

  it('names no other host, and may be framed by nobody', () => {
    const policy = contentSecurityPolicy('abc', true);
    expect(policy).not.toMatch(/https?:|\*/);
    const named = directives(policy);
    expect(named.get('default-src')).toEqual(["'self'"]);
    expect(named.get('frame-ancestors')).toEqual(["'none'"]);
    expect(named.get('base-uri')).toEqual(["'none'"]);
    expect(named.get('object-src')).toEqual(["'none'"]);
    expect(named.get('form-action')).toEqual(["'self'"]);
  });
});

describe('the policy of an answer that is no page', () => {
  it('lets it load, run, send and frame nothing', () => {
    expect([...directives(DATA_POLICY).values()].flat()).toEqual(Array(4).fill("'none'"));
    expect([...directives(DATA_POLICY).keys()]).toContain('frame-ancestors');
  });
});

describe('the headers of every answer', () => {
  it('keep it from being sniffed, framed and read by other sites', () => {
    expect(SECURITY_HEADERS).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'same-origin',
    });
  });
});
