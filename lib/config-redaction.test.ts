import { describe, expect, it } from 'vitest';
import { ConfigError, parseConfig } from './config';

function mistakeOf(text: string): string {
  try {
    parseConfig({ REDACT_FIELDS: text });
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
  }
  return '';
}

describe('REDACT_FIELDS', () => {
  it('is a list of globs, for every connection to Redis', () => {
    const { redis } = parseConfig({ REDACT_FIELDS: ' password, *token* ,,data.user.email' });
    expect(redis.redactFields).toEqual(['password', '*token*', 'data.user.email']);
    for (const none of ['', ' , ']) {
      expect(parseConfig({ REDACT_FIELDS: none }).redis).not.toHaveProperty('redactFields');
    }
  });

  it.each([
    ['type', 'type'],
    ['*', 'type'],
    ['job*', 'job_id'],
    ['secret,*_ID', 'job_id'],
  ])('refuses %s, which would mask %s', (text, needed) => {
    expect(mistakeOf(text)).toContain('REDACT_FIELDS: redacts_needed_field');
    expect(mistakeOf(text)).toContain(`would mask ${needed},`);
  });

  it.each(['data.type', 'metadata.*', '*.job_id', 'types'])('takes %s', (text) => {
    expect(mistakeOf(text)).toBe('');
  });

  it.each(['data..x', '.x', 'x.'])('refuses %s, where a name is missing', (text) => {
    expect(mistakeOf(text)).toContain('empty_redact_part');
  });

  it('has an end', () => {
    expect(mistakeOf('x'.repeat(257))).toContain('256 characters');
    expect(mistakeOf(Array.from({ length: 101 }, (_, at) => `x${at}`).join())).toContain('100');
  });
});
