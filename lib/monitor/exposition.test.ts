import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MetricDefinition, renderFamily } from './exposition';

const metric: MetricDefinition = {
  name: 'shield_thing',
  type: 'gauge',
  help: 'A thing.',
  labels: ['stream', 'group'],
};

/** What a scraper takes a label value for: only these three escapes exist. */
function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));
}

describe('a family', () => {
  it('has HELP and TYPE once, then its samples', () => {
    const samples = [
      { labels: ['a', 'x'], value: 1 },
      { labels: ['b', 'y'], value: 2.5 },
    ];
    expect(renderFamily(metric, samples)).toBe(
      '# HELP shield_thing A thing.\n# TYPE shield_thing gauge\n' +
        'shield_thing{stream="a",group="x"} 1\nshield_thing{stream="b",group="y"} 2.5\n',
    );
  });

  it('without a sample is not there at all', () => {
    expect(renderFamily(metric, [])).toBe('');
  });

  it('of a summary has quantiles, a sum and a count', () => {
    const summary: MetricDefinition = { ...metric, type: 'summary', labels: ['quantile'] };
    const text = renderFamily(summary, [
      { labels: ['0.5'], value: 0.25 },
      { labels: [], value: 9, suffix: '_sum' },
      { labels: [], value: 3, suffix: '_count' },
    ]);
    expect(text.split('\n').slice(1)).toEqual([
      '# TYPE shield_thing summary',
      'shield_thing{quantile="0.5"} 0.25',
      'shield_thing_sum 9',
      'shield_thing_count 3',
      '',
    ]);
  });

  it('escapes backslash and newline in its help', () => {
    expect(renderFamily({ ...metric, help: 'a\\b\nc' }, [{ labels: [], value: 0 }])).toContain(
      '# HELP shield_thing a\\\\b\\nc\n',
    );
  });

  it.each([
    [0, '0'],
    [Number('18446744073709551615'), '18446744073709552000'],
    [1.5e-7, '1.5e-7'],
    [Number.POSITIVE_INFINITY, '+Inf'],
    [Number.NEGATIVE_INFINITY, '-Inf'],
    [Number.NaN, 'NaN'],
  ])('writes %d as %s', (value, text) => {
    expect(renderFamily(metric, [{ labels: [], value }])).toContain(`\nshield_thing ${text}\n`);
  });

  it('keeps any label value on one line and whole', () => {
    const names = fc.string({ unit: fc.constantFrom('\\', '"', '\n', 'n', '\r', '\0', '}', 'ß') });
    fc.assert(
      fc.property(names, names, (stream, group) => {
        const text = renderFamily(metric, [{ labels: [stream, group], value: 1 }]);
        const [, , line, end] = text.split('\n');
        const [, first = '', second = ''] =
          /^shield_thing\{stream="((?:\\.|[^"\\])*)",group="((?:\\.|[^"\\])*)"\} 1$/s.exec(
            line ?? '',
          ) ?? [];
        expect([unescaped(first), unescaped(second), end]).toEqual([stream, group, '']);
      }),
    );
  });
});
