import type { CookieJar } from './cookie-jar';

/** Goes to the identity provider and through it. Returns where that sends the browser back to. */
export async function passProvider(jar: CookieJar, authorize: URL, form: object): Promise<URL> {
  const asked = await jar.send(authorize.href);
  const page = new URL(String(asked.headers.location), authorize);
  const answered = await jar.send(page.href, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(Object.entries(form)).toString(),
  });
  const resumed = await jar.send(new URL(String(answered.headers.location), authorize).href);
  return new URL(String(resumed.headers.location), authorize);
}
