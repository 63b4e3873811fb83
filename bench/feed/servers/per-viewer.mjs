import { createServer } from 'node:http';
import { Redis } from 'ioredis';
import { eventFrame } from './event-frame.mjs';

/** What most tutorials show: a connection to Redis and a reading loop for every viewer. */
const { PORT, REDIS_URL = '', STREAM = '' } = process.env;

const server = createServer(async (request, response) => {
  if (request.url !== '/events/stream') {
    response.end();
    return;
  }
  const redis = new Redis(REDIS_URL);
  redis.on('error', (error) => console.error(error.message));
  request.on('close', () => redis.disconnect());
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  try {
    const newest = await redis.xrevrange(STREAM, '+', '-', 'COUNT', 1);
    let lastId = newest[0]?.[0] ?? '0';
    response.write(': connected\n\n');
    while (!response.destroyed) {
      const read = await redis.xread('COUNT', 100, 'BLOCK', 0, 'STREAMS', STREAM, lastId);
      for (const [id, fields] of read?.[0]?.[1] ?? []) {
        response.write(eventFrame(id, fields));
        lastId = id;
      }
    }
  } catch (error) {
    if (!response.destroyed) console.error(error);
  }
});
server.listen(Number(PORT), '127.0.0.1', 4096);
