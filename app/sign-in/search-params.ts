import { z } from 'zod';
import { SIGN_IN_PROBLEMS } from '@/lib/model/sign-in-href';
import { sitePath } from '@/lib/model/site-path';

const search = z.object({
  next: z.string().optional().catch(undefined),
  problem: z.enum(SIGN_IN_PROBLEMS).optional().catch(undefined),
  wait: z.coerce.number().int().min(1).max(86_400).optional().catch(undefined),
});

/** What stands in the page's URL; what is wrong in it is left out. */
export async function parseSignInSearch(searchParams: Promise<Record<string, unknown>>) {
  const { next, problem, wait } = search.parse(await searchParams);
  return { next: sitePath(next), problem: problem ?? null, waitS: wait ?? null };
}
