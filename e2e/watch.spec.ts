import { test as bare, expect } from '@playwright/test';
import { ContextWatch } from './support/context-watch';
import { test } from './support/fixtures';
import { LEAKS, startLeakyServer } from './support/leaky-server';
import { SecretWatch } from './support/secret-watch';

bare(
  'the watch over all tests finds each planted leak and breach, with and without scripts',
  async ({ browser }) => {
    const server = await startLeakyServer();
    const secrets = new SecretWatch();
    secrets.add(...Object.values(LEAKS));
    const { url } = server;
    const secret = (n: number, path = '') => `${url}${path}: secret ${n}`;
    const styled = `${url}: <p style="color: red"`;
    try {
      const context = await browser.newContext();
      const watch = new ContextWatch(context, secrets);
      const page = await context.newPage();
      await watch.ready();
      await page.goto(url);
      await page.evaluate('void begin()');
      const leaks = [
        secret(1),
        secret(2, 'answer'),
        secret(3, 'redirect'),
        secret(4, 'answer'),
        secret(5, 'socket').replace('http:', 'ws:'),
        secret(6, 'feed'),
      ];
      const breaches = [/^CSP: style-src-attr inline /, /^CSP: script-src-elem inline /];
      await expect
        .poll(() => watch.findings())
        .toEqual(
          expect.arrayContaining([
            ...[...leaks, styled],
            ...breaches.map((pattern) => expect.stringMatching(pattern)),
          ]),
        );
      await context.close();

      // There the browser alone complains of the breach.
      const scriptless = await browser.newContext({ javaScriptEnabled: false });
      const second = new ContextWatch(scriptless, secrets);
      await (await scriptless.newPage()).goto(url);
      await expect
        .poll(() => second.findings())
        .toEqual(
          expect.arrayContaining([secret(1), styled, expect.stringMatching(/inline style/)]),
        );
      await scriptless.close();
    } finally {
      await server.stop();
    }
  },
);

test('it follows the pages of a test and contexts of its own, whose end fails; and reads the log', async ({
  page,
  browser,
  dashboard,
  watch,
}) => {
  const server = await startLeakyServer();
  try {
    for (const [n, each] of [page, await (await browser.newContext()).newPage()].entries()) {
      await watch.ready();
      const address = `${server.url}?${n}`;
      await each.goto(address);
      await expect
        .poll(watch.findings)
        .toEqual(
          expect.arrayContaining([
            expect.stringMatching('CSP: script-src-elem inline'),
            `${address}: <p style="color: red"`,
          ]),
        );
      await expect(watch.expectNothing()).rejects.toThrow('CSP: style-src-attr inline');
      // All that the page had to say has arrived before that it is gone.
      await each.goto('about:blank');
      watch.forget();
      await watch.expectNothing();
    }
  } finally {
    await server.stop();
  }

  // A word that the log has for certain stands for a secret.
  const secrets = new SecretWatch();
  secrets.add('never a word of it', 'listening');
  expect(secrets.find('the log', dashboard.logs())).toEqual(['the log: secret 2']);
});
