import '../scripts/setup/node-version.mjs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { bundle } from '../scripts/setup/bundle-server.mjs';
import { runMain, SetupError } from '../scripts/setup/main.mjs';
import { startRedisServer } from '../scripts/setup/redis-server.mjs';
import { REPOSITORY } from '../scripts/setup/repository.mjs';
import { medianOfEach } from './feed/median.mjs';
import { formatTable, short } from './feed/table.mjs';
import { openExporter, openPlain } from './monitor/others.mjs';
import { measure } from './monitor/redis-facts.mjs';
import { makeStreams } from './monitor/streams.mjs';

const USAGE = `Measures one sample of many streams (4 groups of 10 consumers each) beside others' ways to ask.

  node bench/monitor.mjs [options]

  --streams LIST   default: 2,50,500
  --rounds N       each line is the median of so many interleaved rounds; default: 9
  --help`;

const OURS = join('dist', 'bench-monitor.js');
const HEADER = [
  'sample',
  'waits',
  'commands',
  'ms',
  'redis us',
  'core us',
  'own us',
  'in',
  'out',
  'note',
];
const LARGE_BYTES = 5_000_000;

async function main() {
  const { values } = parseArgs({
    options: {
      streams: { type: 'string', default: '2,50,500' },
      rounds: { type: 'string', default: '9' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const counts = values.streams.split(',').map(Number);
  const rounds = Number(values.rounds);
  if ([...counts, rounds].some((number) => !(number > 0))) throw new SetupError(USAGE);
  const { build } = await import('esbuild');
  await build(bundle(join('bench', 'monitor', 'ours.ts'), OURS));
  const { openOurs } = await import(pathToFileURL(join(REPOSITORY, OURS)).href);
  const redis = await startRedisServer();
  try {
    console.log(
      `Redis ${versionOf(await redis.command('INFO', 'server'))}, ${rounds} rounds, medians`,
    );
    for (const count of counts) {
      const streams = await makeStreams(redis, count);
      console.log(`\n${count} streams, entries of 340 bytes`);
      console.log(await table({ redis, openOurs, rounds, ...streams }));
    }
    const large = await makeStreams(redis, 2, { entryBytes: LARGE_BYTES, entries: 6 });
    console.log('\n2 streams, entries of 5 MB, one added before each sample');
    console.log(await table({ redis, openOurs, rounds, ...large }));
    console.log('\n2 streams, entries of 5 MB, nothing added');
    console.log(await table({ redis, openOurs, rounds, ...large, move: async () => undefined }));
  } finally {
    await redis.stop();
  }
  return 0;
}

/**
 * @param {object} given
 * @param {import('../scripts/setup/redis-server.mjs').RedisServer} given.redis
 * @param {typeof import('./monitor/ours.ts').openOurs} given.openOurs
 * @param {string[]} given.names
 * @param {() => Promise<unknown>} given.move
 * @param {number} given.rounds
 */
async function table({ redis, openOurs, names, move, rounds }) {
  const [light, detailed] = [openOurs(redis.url, names), openOurs(redis.url, names)];
  const contestants = [
    { name: 'ours', waits: 1, close: light.close, sample: () => light.sample({ detailed: false }) },
    {
      name: 'ours, every detail',
      waits: 1,
      close: detailed.close,
      sample: () => detailed.sample({ detailed: true }),
    },
    { name: 'awaited commands', waits: null, ...openPlain(redis.url, names) },
    { name: "redis_exporter's", waits: null, ...openExporter(redis.url, names) },
  ];
  /** @type {Map<string, Record<string, number>[]>} */
  const samples = new Map(contestants.map(({ name }) => [name, []]));
  try {
    await light.learn();
    await detailed.learn();
    // The others connect.
    for (const { name, sample } of contestants) if (!name.startsWith('ours')) await sample();
    for (let round = 0; round < rounds; round++) {
      for (const { name, sample, waits } of contestants) {
        await move();
        const { result, ...facts } = await measure(redis, sample);
        const { ownUs = Number.NaN, known = 0, lags = 0, commands } = { ...result };
        samples
          .get(name)
          ?.push({ ...facts, commands, ownUs, waits: waits ?? commands, known, lags });
      }
    }
  } finally {
    for (const { close } of contestants) close();
  }
  const rows = [...samples].map(([name, measured]) => {
    const { waits, commands, ms, commandUs, coreUs, ownUs, bytesIn, bytesOut, known, lags } =
      medianOfEach(measured);
    return [
      name,
      ...[waits, commands, ms, commandUs, coreUs, ownUs, bytesIn, bytesOut].map(short),
      Number(lags) > 0 ? `${known} of ${lags} lags certain` : 'lag as Redis tells it',
    ];
  });
  return formatTable(HEADER, rows);
}

/** @param {unknown} info */
function versionOf(info) {
  return /redis_version:(\S+)/.exec(String(info))?.[1] ?? 'of an unknown version';
}

await runMain(main);
