import { hasErrorCode } from '@/lib/model/errors';
import type { RedisConnection } from './connect';
import { asArray } from './replies';
import { type InfoRequest, scriptArguments } from './sample-request';
import { SAMPLE_STREAMS } from './sample-script';
import { runScript } from './script-runner';

/** Streams that share one script: it holds Redis for about a millisecond, and for some more to count. */
const STREAMS_MAX = 20;

export interface SampleReply {
  reply: unknown;
  /** Commands it took; a part of one where several shared it. */
  commands: number;
}

interface Waiting {
  key: Uint8Array;
  request: InfoRequest;
  resolve: (reply: SampleReply | Promise<SampleReply>) => void;
  reject: (error: unknown) => void;
}

const batches = new WeakMap<RedisConnection, Waiting[]>();
/** What the user of a connection may not read: one such key and a whole script is refused. */
const denied = new WeakMap<RedisConnection, Set<string>>();

/**
 * What SAMPLE_STREAMS answers for one stream. Those that are asked for in the same turn share a
 * script and its costs, where they may: by far the most of a small stream's sample is what any script
 * costs. Throws as `runScript` does.
 */
export function runSample(
  redis: RedisConnection,
  key: Uint8Array,
  request: InfoRequest,
): Promise<SampleReply> {
  const isDenied = denied.get(redis)?.has(nameOf(key)) ?? false;
  const mayShare = request.beside && !request.detailed && redis.takesAnyKeys && !isDenied;
  if (!mayShare) return runAlone(redis, key, request);
  return new Promise((resolve, reject) => {
    let batch = batches.get(redis);
    if (batch === undefined) {
      batch = [];
      batches.set(redis, batch);
      queueMicrotask(() => runTogether(redis));
    }
    batch.push({ key, request, resolve, reject });
  });
}

async function runAlone(
  redis: RedisConnection,
  key: Uint8Array,
  request: InfoRequest,
): Promise<SampleReply> {
  const reply = await runScript(redis, SAMPLE_STREAMS, [key], scriptArguments([request]));
  denied.get(redis)?.delete(nameOf(key));
  return { reply: asArray(reply)[0], commands: 1 };
}

/** The same by itself after a script with others was refused, and remembered where it is to blame. */
async function runApart(
  redis: RedisConnection,
  key: Uint8Array,
  request: InfoRequest,
): Promise<SampleReply> {
  try {
    return await runAlone(redis, key, request);
  } catch (error) {
    if (hasErrorCode(error, 'redis_permission_denied')) {
      const keys = denied.get(redis) ?? new Set();
      denied.set(redis, keys.add(nameOf(key)));
    }
    throw error;
  }
}

function nameOf(key: Uint8Array): string {
  return Buffer.from(key).toString('latin1');
}

function runTogether(redis: RedisConnection): void {
  const all = batches.get(redis) ?? [];
  batches.delete(redis);
  for (let at = 0; at < all.length; at += STREAMS_MAX) {
    void runFew(redis, all.slice(at, at + STREAMS_MAX));
  }
}

/** Never rejects: what fails is told to those who wait. */
async function runFew(redis: RedisConnection, few: Waiting[]): Promise<void> {
  const requests = few.map(({ request }) => withPartOfRoom(request, few.length));
  try {
    const keys = few.map(({ key }) => key);
    const replies = asArray(
      await runScript(redis, SAMPLE_STREAMS, keys, scriptArguments(requests)),
    );
    for (const [at, { key, request, resolve }] of few.entries()) {
      const reply = asArray(replies[at]);
      const isRead = reply.length > 0;
      resolve(isRead ? { reply, commands: 1 / few.length } : runAlone(redis, key, request));
    }
  } catch (error) {
    const isDenied = hasErrorCode(error, 'redis_permission_denied');
    for (const { key, request, resolve, reject } of few) {
      if (isDenied) resolve(runApart(redis, key, request));
      else reject(error);
    }
  }
}

/** However many share a script, together they walk over no more than one alone. */
function withPartOfRoom(request: InfoRequest, streams: number): InfoRequest {
  const { entries, bytes } = request.countMax;
  const countMax = { entries: Math.ceil(entries / streams), bytes: Math.ceil(bytes / streams) };
  return { ...request, countMax };
}
