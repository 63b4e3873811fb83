import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** The limit: a Node HTTP server that knows its one answer, and does nothing else. A POST sets the answer. */
let body = Buffer.alloc(0);
/** @type {Record<string, string | number>} */
let headers = {};

createServer((request, response) => {
  if (request.method === 'POST') {
    void buffer(request).then((sent) => {
      body = sent;
      headers = { 'content-type': 'application/json', 'content-length': body.length };
      response.end();
    });
    return;
  }
  response.writeHead(200, headers);
  response.end(body);
}).listen(Number(process.env.PORT), '127.0.0.1');
