import { encode } from '@msgpack/msgpack';
import type { FeedFilter } from './feed-oracle';
import type { Random } from './random';

type Value = string | Uint8Array;

const TYPES = [
  'ingestion.progress',
  'ingestion.completed',
  'query.started',
  'worker.task_failed',
  'größe.日本',
  'UPPER.case',
  `long.${'x'.repeat(123)}`,
] as const;
/** What cannot stand as the name of an event. */
const UNUSABLE_TYPES: readonly [Value, ...Value[]] = [
  '',
  ...['entry', 'dashboard.hello', 'a\nid: 9-9', 'a\r\ndata: {}', 'nul\0', '\u0085'],
  ...[`longer.${'x'.repeat(122)}`, 'two\u2028lines', Uint8Array.of(0xff, 0x74)],
];
const JOBS = ['job-1', 'job-2', 'JOB-1', ''] as const;
/** Words to search for. None stands in a name or value that every message has. */
const WORDS = ['walrus', 'Überfluss', 'quagga', 'НОСОРОГ'] as const;

/** The fields of one entry: an event, something else, or an event whose type is no event name. */
export function randomFields(random: Random): Value[] {
  const kind = random.next();
  if (kind < 0.6) return eventFields(random, random.pick(TYPES));
  if (kind < 0.75) return eventFields(random, random.pick(UNUSABLE_TYPES));
  return otherFields(random);
}

function eventFields(random: Random, type: Value): Value[] {
  const fields: Value[] = [
    ...['event_id', crypto.randomUUID(), 'type', type, 'timestamp', '2026-01-02T03:04:05.678901'],
    ...['job_id', random.chance(0.1) ? Uint8Array.of(0xfe, 0x31) : random.pick(JOBS)],
    // No part of the message: never found by its text.
    ...['data', randomData(random), 'metadata', `{"m":"${random.pick(WORDS)}"}`],
  ];
  // The first of two fields of one name counts.
  return random.chance(0.1) ? [...fields, 'type', random.pick(TYPES), 'job_id', 'job-2'] : fields;
}

function randomData(random: Random): Value {
  const word = random.pick(WORDS);
  return random.pick([
    '{}',
    `{"n":${random.integer(0, 1_000)},"text":"${word}"}`,
    `{\n  "${word}": [1, {"deep": null}],\r\n  "event_id": "never"\n}`,
    `["${word.toUpperCase()}", true]`,
    `no JSON: ${word}\n\nid: 9-9\ndata: x`,
    encode({ [word]: [random.integer(0, 255), 'text'] }),
    Uint8Array.of(0xc1, 0x00, 0xff, random.integer(0, 255)),
    '',
  ]);
}

function otherFields(random: Random): Value[] {
  const values: Value[] = [];
  for (let left = random.integer(1, 4); left > 0; left--) {
    values.push(
      random.pick<Value>(['name', 'name', 'job_id', random.pick(WORDS), Uint8Array.of(0xff)]),
      // Text within a value that is none is not searched.
      random.pick<Value>([
        ...([random.pick(JOBS), `… ${random.pick(WORDS)} …`, '\r\n\0'] as const),
        Buffer.concat([Uint8Array.of(0xff), Buffer.from('walrus')]),
      ]),
    );
  }
  return values;
}

export function randomFilter(random: Random): FeedFilter {
  if (random.chance(0.25)) return {};
  const filter: FeedFilter = {};
  if (random.chance(0.6)) {
    const pattern = () =>
      random.pick([
        'ingestion.*',
        '*',
        '*.started',
        'query.started',
        '*r*.*',
        'größe.*',
        'UPPER.*',
      ]);
    filter.type = random.chance(0.5) ? pattern() : `${pattern()}, ${pattern()}`;
  }
  if (random.chance(0.4)) filter.job_id = random.pick(['job-1', 'job-2', 'JOB-1']);
  if (random.chance(0.4)) {
    const word = random.pick(WORDS);
    filter.q = random.pick([word, word.toLowerCase(), word.slice(1, 5)]);
  }
  return filter;
}

/** The fields of an event that passes the filter, for a subscriber to end with. */
export function fieldsPassing({ type = 'any.thing', job_id = '', q = '' }: FeedFilter): Value[] {
  const [pattern = ''] = type.split(',');
  return [
    ...['type', pattern.replaceAll('*', 'r'), 'job_id', job_id, 'timestamp', 'now'],
    ...['data', JSON.stringify({ q })],
  ];
}
