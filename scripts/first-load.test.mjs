import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { measureFirstLoad, scriptsOf } from './first-load.mjs';

/** @type {import('node:http').Server | undefined} */
let server;
afterEach(() => server?.close());

/** @param {Record<string, string>} files @returns {Promise<string>} the address of `/` */
function serve(files) {
  const made = createServer((request, response) => {
    const body = files[request.url ?? ''];
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });
  server = made;
  return new Promise((resolve) => {
    made.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (made.address());
      resolve(`http://127.0.0.1:${port}/`);
    });
  });
}

describe('first-load JavaScript', () => {
  test('is every script of the HTML once, but for those of old browsers', () => {
    const html = `<script src="/a.js?x=1&amp;y" async=""></script><script src="/a.js?x=1&amp;y">
      </script><script>inline()</script><SCRIPT nonce="n" src="/b.js"></SCRIPT>
      <script src="/old.js" noModule=""></script>`;
    expect(scriptsOf(html)).toEqual(['/a.js?x=1&y', '/b.js']);
  });

  test('is measured after gzip', async () => {
    const script = 'let a = 1;\n'.repeat(1000);
    const page = await serve({ '/': '<script src="/a.js"></script>', '/a.js': script });
    expect(await measureFirstLoad(page)).toEqual({ scripts: 1, bytes: gzipSync(script).length });
  });

  test('is never nothing: a page without scripts or a script that is missing is an error', async () => {
    await expect(measureFirstLoad(await serve({ '/': '<p>' }))).rejects.toThrow('no script');
    server?.close();
    const page = await serve({ '/': '<script src="/gone.js"></script>' });
    await expect(measureFirstLoad(page)).rejects.toThrow('/gone.js answered 404');
  });
});
