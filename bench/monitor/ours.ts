import { parseConfig } from '@/lib/config';
import { StreamSampler } from '@/lib/monitor/stream-sampler';
import { connectRedis } from '@/lib/redis/connect-redis';

/** What the sampler walks over in counting, a stream, when it has room. */
const FIRST_STEP = 1_000;
const LEARNED_AT_ONCE = 20;

/** The sampler's own reading of streams, all at once as one sample makes it. */
export function openOurs(url: string, names: readonly string[]) {
  const redis = connectRedis(parseConfig({ REDIS_URL: url }).redis, {
    name: 'bench',
  }).open();
  const samplers = names.map((name) => new StreamSampler(redis, name, Date.now));
  return {
    /** What is learned once: the script, the sizes of entries, and counts, which are begun a few at a time. */
    async learn() {
      const limits = { detailed: true, firstStep: FIRST_STEP, allowance: { entries: 0 } };
      for (let at = 0; at < samplers.length; at += LEARNED_AT_ONCE) {
        const few = samplers.slice(at, at + LEARNED_AT_ONCE);
        await Promise.all(
          few.map((one) => one.sample({ limits, groups: [], watched: false, record: true })),
        );
      }
    },
    /** Resolves to the commands it took and the microseconds of Redis it measured itself. */
    async sample({ detailed }: { detailed: boolean }) {
      const limits = { detailed, firstStep: FIRST_STEP, allowance: { entries: FIRST_STEP } };
      const samples = await Promise.all(
        samplers.map((sampler) =>
          sampler.sample({ limits, groups: [], watched: false, record: true }),
        ),
      );
      const sum = (of: (sample: (typeof samples)[number]) => number) =>
        samples.reduce((total, sample) => total + of(sample), 0);
      const lags = samples.flatMap(({ stream }) => stream.groups.map(({ lag }) => lag));
      return {
        commands: sum(({ commands }) => commands),
        ownUs: sum(({ redisUs }) => redisUs),
        known: lags.filter(({ quality }) => quality === 'exact' || quality === 'counted').length,
        lags: lags.length,
      };
    },
    close: () => redis.close(),
  };
}
