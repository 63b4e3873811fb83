import { z } from 'zod';
import { readFields } from '@/lib/http/body';
import { FORM_TYPE } from '@/lib/http/guard';
import { json, respondToAnyone } from '@/lib/http/respond';
import { seeOther } from '@/lib/http/see-other';
import { DashboardError, hasErrorCode } from '@/lib/model/errors';
import { signInHref } from '@/lib/model/sign-in-href';
import { sitePath } from '@/lib/model/site-path';
import { getRuntime } from '@/lib/runtime';

export const dynamic = 'force-dynamic';

const credentials = z.object({
  name: z.string(),
  password: z.string(),
  next: z.string().optional(),
});

/** Signs somebody in: a form is sent on to its page, JSON gets who they are. */
export function POST(request: Request): Promise<Response> {
  const { access } = getRuntime();
  return respondToAnyone(request, getRuntime(), '/api/session', async (asked) => {
    const parsed = credentials.safeParse(await readFields(request));
    if (!parsed.success) {
      throw new DashboardError('invalid_request', 'Send name and password, each as text.');
    }
    const { next, ...given } = parsed.data;
    const isForm = request.headers.get('content-type')?.toLowerCase().startsWith(FORM_TYPE);
    try {
      const { actor, cookie } = await access.signIn(given, asked);
      const answer = isForm
        ? seeOther(sitePath(next))
        : json({ name: actor.name, role: actor.role });
      answer.headers.append('set-cookie', cookie);
      return answer;
    } catch (error) {
      if (!isForm || !hasErrorCode(error, 'wrong_credentials', 'sign_in_limit')) throw error;
      const { retryAfterS } = error.details;
      const back = seeOther(signInHref(sitePath(next), { problem: error.code, retryAfterS }));
      if (retryAfterS !== undefined) back.headers.set('retry-after', String(retryAfterS));
      return back;
    }
  });
}
