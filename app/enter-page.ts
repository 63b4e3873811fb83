import { headers } from 'next/headers';
import { forbidden, redirect } from 'next/navigation';
import { cache } from 'react';
import { accessRequest } from '@/lib/http/respond';
import type { Actor } from '@/lib/model/actor';
import { hasErrorCode } from '@/lib/model/errors';
import { getRuntime } from '@/lib/runtime';

/** Who asks for this page, or null; found out once a request. */
export const readActor = cache(async (): Promise<Actor | null> => {
  const runtime = getRuntime();
  const entry = await runtime.access.identify(accessRequest('GET', await headers(), runtime));
  return entry?.actor ?? null;
});

/**
 * The gate of a page, `route` its own folder under app/. `server.ts` has asked the same before: this
 * holds under `next start` too, and whatever address led here.
 */
export async function enterPage(route: PageRoute): Promise<Actor> {
  const runtime = getRuntime();
  try {
    return await runtime.access.admit(accessRequest('GET', await headers(), runtime), route);
  } catch (error) {
    if (hasErrorCode(error, 'unauthenticated') && runtime.access.signsIn) {
      redirect('/sign-in');
    }
    if (hasErrorCode(error, 'unauthenticated', 'forbidden')) forbidden();
    throw error;
  }
}

type PageRoute = Parameters<ReturnType<typeof getRuntime>['access']['admit']>[1];
