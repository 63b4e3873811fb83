import { underBasePath } from '@/lib/model/base-path';
import { leaveFor, leaveSiteFor } from './page-url';

/** Ends this session, or all of the user's, and leaves: for the identity provider, or to sign in. */
export async function endSession({ everywhere }: { everywhere: boolean }): Promise<void> {
  const answer = await fetch(underBasePath('/api/session/end'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ everywhere: String(everywhere) }),
    redirect: 'manual',
  }).catch(() => null);
  // Without an answer the session may still be on: the page stays, and says that the server is away.
  if (!answer) return;
  const elsewhere = answer.ok ? await readGoTo(answer) : null;
  if (elsewhere) leaveSiteFor(elsewhere);
  else leaveFor('/sign-in');
}

/** Where one signs out at the identity provider, if the answer says so. */
async function readGoTo(answer: Response): Promise<string | null> {
  const body: unknown = await answer.json().catch(() => null);
  const given = typeof body === 'object' && body !== null && 'go_to' in body ? body.go_to : null;
  return typeof given === 'string' && /^https?:/.test(given) ? given : null;
}
