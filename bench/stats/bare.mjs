import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

/** The limit: a Node HTTP server that knows its one answer, and does nothing else. */
const { PORT, BODY_FILE = '' } = process.env;
const body = readFileSync(BODY_FILE);
const headers = { 'content-type': 'application/json', 'content-length': body.length };

createServer((_request, response) => {
  response.writeHead(200, headers);
  response.end(body);
}).listen(Number(PORT), '127.0.0.1');
