import { headers } from 'next/headers';
import { forbidden, redirect } from 'next/navigation';
import { cache } from 'react';
import { accessRequest, REQUEST_ID_HEADER } from '@/lib/http/respond';
import type { Actor } from '@/lib/model/actor';
import { hasErrorCode } from '@/lib/model/errors';
import { nameFromParam, streamPageHref } from '@/lib/model/stream-href';
import { getRuntime } from '@/lib/runtime';

/**
 * Whether `server.ts` has let this request through its guard. `next start` knows no `server.ts`: nothing
 * would keep other sites, and names rebound to this address, from its pages. So it shows none.
 */
export function isGuarded(): boolean {
  return getRuntime().knowsAddresses;
}

/** Who asks for this page, or null; found out once a request. */
export const readActor = cache(async (): Promise<Actor | null> => {
  if (!isGuarded()) return null;
  const runtime = getRuntime();
  const entry = await runtime.access.identify(accessRequest('GET', await headers(), runtime));
  return entry?.actor ?? null;
});

/**
 * The gate of a page, `route` its own folder under app/; one of a stream gives its `params`.
 * `server.ts` has asked the same before, but for the stream: this holds whatever address led here.
 */
export async function enterPage<R extends PageRoute>(
  route: R,
  ...[params]: R extends `${string}[stream]${string}` ? [params: Promise<{ stream: string }>] : []
): Promise<Actor> {
  if (!isGuarded()) forbidden();
  const runtime = getRuntime();
  const { access } = runtime;
  try {
    const actor = await access.admit(accessRequest('GET', await headers(), runtime), route);
    if (params) await seeOnPage(actor, nameFromParam((await params).stream));
    return actor;
  } catch (error) {
    if (hasErrorCode(error, 'unauthenticated') && runtime.access.signsIn) {
      redirect('/sign-in');
    }
    if (hasErrorCode(error, 'unauthenticated', 'forbidden')) forbidden();
    throw error;
  }
}

/** For pages that name a stream elsewhere: who may not see it gets the same answer whether there is one or not. */
export async function seeOnPage(actor: Actor, stream: string): Promise<void> {
  const { access, audit } = getRuntime();
  try {
    access.demand(actor, 'look', stream);
  } catch (error) {
    if (!hasErrorCode(error, 'forbidden')) throw error;
    const refusal = { code: error.code, method: 'GET', path: streamPageHref(stream) };
    const requestId = (await headers()).get(REQUEST_ID_HEADER);
    audit.noteRefusal({ asker: { actor, requestId }, ...refusal });
    forbidden();
  }
}

type PageRoute = Parameters<ReturnType<typeof getRuntime>['access']['admit']>[1];
