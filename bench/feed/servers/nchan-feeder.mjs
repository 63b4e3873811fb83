import { connect } from 'node:net';
import { Redis } from 'ioredis';
import { eventData } from './event-frame.mjs';

/**
 * Reads the stream and publishes to nchan over one connection that is kept alive: a POST for each
 * event, so that each is a message of its own, and those of one read pipelined in one write.
 */
const { PORT, REDIS_URL = '', STREAM = '' } = process.env;

const nginx = connect(Number(PORT), '127.0.0.1');
nginx.setNoDelay(true);
nginx.on('data', (answers) => {
  const refusal = /HTTP\/1\.1 [345].*/.exec(answers.toString('latin1'));
  if (refusal) end(refusal[0]);
});
nginx.on('error', (error) => end(error.message));
nginx.on('close', () => end('nginx closed the connection'));

/** @param {string} why */
function end(why) {
  console.error(`nchan feeder: ${why}`);
  process.exit(1);
}

/**
 * @param {string[]} fields
 * @returns {string} an HTTP request
 */
function publication(fields) {
  const event = Object.fromEntries(
    fields.flatMap((name, at) => (at % 2 === 0 ? [[name, fields[at + 1] ?? '']] : [])),
  );
  const data = eventData(event);
  return `POST /publish HTTP/1.1\r\nHost: localhost\r\nX-EventSource-Event: ${event.type}\r\nContent-Length: ${Buffer.byteLength(data)}\r\n\r\n${data}`;
}

const redis = new Redis(REDIS_URL);
const newest = await redis.xrevrange(STREAM, '+', '-', 'COUNT', 1);
let lastId = newest[0]?.[0] ?? '0';
for (;;) {
  const read = await redis.xread('COUNT', 1000, 'BLOCK', 0, 'STREAMS', STREAM, lastId);
  const entries = read?.[0]?.[1] ?? [];
  nginx.write(entries.map(([, fields]) => publication(fields)).join(''));
  lastId = entries.at(-1)?.[0] ?? lastId;
}
