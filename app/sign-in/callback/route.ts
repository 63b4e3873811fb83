import { goOnPage } from '@/lib/http/go-on-page';
import { respondToAnyone } from '@/lib/http/respond';
import { seeOther } from '@/lib/http/see-other';
import { hasErrorCode } from '@/lib/model/errors';
import { signInHref } from '@/lib/model/sign-in-href';
import { getRuntime } from '@/lib/runtime';

export const dynamic = 'force-dynamic';

/** Where the identity provider sends the browser back to, signed in or with the reason why not. */
export function GET(request: Request): Promise<Response> {
  const { access } = getRuntime();
  return respondToAnyone(request, getRuntime(), '/sign-in/callback', async (asked) => {
    try {
      const { next, problem, cookies } = await access.endOidc(new URL(request.url).search, asked);
      // A redirect would still be the provider's doing, and the session's cookie would stay behind.
      const answer = problem ? seeOther(signInHref(next, { problem })) : goOnPage(next);
      for (const cookie of cookies) answer.headers.append('set-cookie', cookie);
      return answer;
    } catch (error) {
      if (!hasErrorCode(error, 'sign_in_limit')) throw error;
      const { retryAfterS } = error.details;
      return seeOther(signInHref('/', { problem: error.code, retryAfterS }));
    }
  });
}
