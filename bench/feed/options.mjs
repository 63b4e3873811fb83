import { parseArgs } from 'node:util';
import { SetupError } from '../../scripts/setup/main.mjs';

export const USAGE = `Measures the live feed against the limit and against what others do, in one table.

  node bench/feed.mjs [options]        (npm run build first)

  --only NAMES         raw, per-viewer, nchan, route, server, ws, ws-msgpack; separated by commas
  --subscribers LIST   default: 100,1000,5000
  --rates LIST         events/s; default: 50,200,1000
  --rounds N           each line is the median of so many interleaved rounds; default: 3
  --seconds N          measured in each run; default: 2
  --quick              one round, 1000 subscribers, two rates, shorter runs: some two minutes
  --table-only         without the highest rate, the event alone and the aims`;

/**
 * @typedef {object} Options
 * @property {string[]} only
 * @property {number[]} subscribers ascending
 * @property {number[]} rates events/s, ascending
 * @property {number} rounds
 * @property {number} seconds
 * @property {number} loneEvents 0: none
 * @property {number} drainMs how long a search waits for what is late
 * @property {number} precision of the search for the highest rate; 0: none
 */

/** @param {string} text */
function numbers(text) {
  const list = text.split(',').map(Number);
  if (list.some((number) => !(number > 0))) {
    throw new SetupError(`Expected numbers over 0, separated by commas, not ${text}`);
  }
  return list.sort((a, b) => a - b);
}

/**
 * @param {string[]} args
 * @param {string[]} names of all contestants
 * @returns {Options | undefined} undefined where only help is wanted
 */
export function readOptions(args, names) {
  const { values } = parse(args);
  if (values.help) return undefined;
  const { quick = false } = values;
  const only = values.only?.split(',') ?? names;
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new SetupError(`--only takes some of ${names.join(', ')}, not ${unknown}`);
  }
  const extras = values['table-only'] !== true;
  return {
    only,
    subscribers: numbers(values.subscribers ?? (quick ? '1000' : '100,1000,5000')),
    rates: numbers(values.rates ?? (quick ? '200,1000' : '50,200,1000')),
    rounds: Math.ceil(numbers(values.rounds ?? (quick ? '1' : '3'))[0] ?? 1),
    seconds: numbers(values.seconds ?? (quick ? '1' : '2'))[0] ?? 1,
    loneEvents: extras ? (quick ? 6 : 12) : 0,
    drainMs: quick ? 4_000 : 8_000,
    precision: extras ? (quick ? 1.5 : 1.1) : 0,
  };
}

/** @param {string[]} args */
function parse(args) {
  try {
    return parseArgs({
      args,
      options: {
        only: { type: 'string' },
        subscribers: { type: 'string' },
        rates: { type: 'string' },
        rounds: { type: 'string' },
        seconds: { type: 'string' },
        quick: { type: 'boolean' },
        'table-only': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new SetupError(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  }
}
