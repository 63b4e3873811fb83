import { describe, expect, it } from 'vitest';
import { readOptions } from './options.mjs';

const names = ['raw', 'route'];

describe('readOptions', () => {
  it('measures everything where nothing is said', () => {
    expect(readOptions([], names)).toMatchObject({
      only: names,
      subscribers: [100, 1000, 5000],
      rates: [50, 200, 1000],
      rounds: 3,
    });
  });

  it('takes what is said over what --quick means', () => {
    const options = readOptions(['--quick', '--subscribers', '200,10', '--only', 'raw'], names);
    expect(options).toMatchObject({ only: ['raw'], subscribers: [10, 200], rounds: 1 });
  });

  it('leaves the further measurements out of --table-only', () => {
    expect(readOptions(['--table-only'], names)).toMatchObject({ loneEvents: 0, precision: 0 });
  });

  it.each([[['--only', 'nginx']], [['--rates', 'x']], [['--rates', '0']], [['--bogus']]])(
    'refuses %j',
    (args) => expect(() => readOptions(args, names)).toThrow(),
  );
});
