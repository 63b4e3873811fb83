import type { RedisServer } from './stack';

/** The filters of the live feed as they stand in a query. */
export interface FeedFilter extends Record<string, string | undefined> {
  type?: string;
  job_id?: string;
  q?: string;
}

interface Facts {
  id: string;
  event: string;
  isEvent: boolean;
  job: unknown;
  /** What `q` looks into, in lower case. */
  text: string;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const NO_EVENT_NAME = /^$|^entry$|^dashboard\.|[\0-\x1f\x7f-\x9f\u2028\u2029]|^.{129}/su;

/**
 * What the feed has to send of a stream, worked out from XRANGE and docs/feed.md with no code of
 * the feed's.
 */
export class FeedOracle {
  private constructor(private readonly entries: Facts[]) {}

  static async of(redis: RedisServer, stream: string): Promise<FeedOracle> {
    const reply = await redis.command('XRANGE', stream, '-', '+');
    const entries = (reply as [string, unknown[]][]).map(([id, fields]) => factsOf(id, fields));
    return new FeedOracle(entries);
  }

  get ids(): string[] {
    return this.entries.map(({ id }) => id);
  }

  /** Id and event name of everything behind `after` that passes the filter, like `named` has them. */
  expected(filter: FeedFilter = {}, after = '0-0'): string[] {
    const from = this.entries.findIndex(({ id }) => id === after) + 1;
    if (from === 0 && after !== '0-0') throw new Error(`${after} is not in the stream.`);
    return named(this.entries.slice(from).filter((facts) => passes(facts, filter)));
  }
}

/** Entries as one line each, to be compared. */
export function named(entries: { id?: string | undefined; event: string }[]): string[] {
  return entries.map(({ id, event }) => `${id} ${event}`);
}

function factsOf(id: string, fields: unknown[]): Facts {
  const first = (name: string) => {
    const at = fields.findIndex((field, index) => index % 2 === 0 && field === name);
    return at < 0 ? undefined : fields[at + 1];
  };
  const job = first('job_id');
  const type = first('type');
  if (typeof type !== 'string' || NO_EVENT_NAME.test(type)) {
    const words = fields.filter((field) => typeof field === 'string');
    return { id, event: 'entry', isEvent: false, job, text: lower(words) };
  }
  const data = first('data');
  const words = [type, first('event_id'), job, first('timestamp')].filter(
    (word) => typeof word === 'string',
  );
  // MessagePack holds its strings as they are.
  words.push(Buffer.isBuffer(data) ? data.toString('utf8') : String(data ?? ''));
  return { id, event: type, isEvent: true, job, text: lower(words) };
}

const lower = (words: unknown[]) => words.join('\n').toLowerCase();

function passes({ event, isEvent, job, text }: Facts, filter: FeedFilter): boolean {
  const patterns = (filter.type ?? '').split(',').filter((pattern) => pattern.trim() !== '');
  const isOfType = patterns.some((pattern) => toRegExp(pattern.trim()).test(event));
  if (patterns.length > 0 && !(isEvent && isOfType)) return false;
  if (filter.job_id && job !== filter.job_id) return false;
  return text.includes((filter.q ?? '').toLowerCase());
}

function toRegExp(pattern: string): RegExp {
  const literal = (part: string) => part.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
  return new RegExp(`^${pattern.split('*').map(literal).join('.*')}$`, 's');
}
