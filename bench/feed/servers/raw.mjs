import { createServer } from 'node:http';
import { Redis } from 'ioredis';
import { eventFrame } from './event-frame.mjs';

/**
 * The limit: nothing but what must be done. One reader, each event encoded once, one shared buffer
 * written to every subscriber every 25 ms.
 */
const FLUSH_MS = 25;
const { PORT, REDIS_URL = '', STREAM = '' } = process.env;

/** @type {Set<import('node:http').ServerResponse>} */
const subscribers = new Set();
let pending = '';

const server = createServer((request, response) => {
  if (request.url !== '/events/stream') {
    response.end();
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  response.write(': connected\n\n');
  subscribers.add(response);
  response.on('close', () => subscribers.delete(response));
});
server.listen(Number(PORT), '127.0.0.1', 4096);

setInterval(() => {
  if (pending === '') return;
  const shared = Buffer.from(pending);
  pending = '';
  for (const response of subscribers) response.write(shared);
}, FLUSH_MS);

const redis = new Redis(REDIS_URL);
const newest = await redis.xrevrange(STREAM, '+', '-', 'COUNT', 1);
let lastId = newest[0]?.[0] ?? '0';
for (;;) {
  const read = await redis.xread('COUNT', 1000, 'BLOCK', 0, 'STREAMS', STREAM, lastId);
  for (const [id, fields] of read?.[0]?.[1] ?? []) {
    pending += eventFrame(id, fields);
    lastId = id;
  }
}
