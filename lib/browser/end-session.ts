import { underBasePath } from '@/lib/model/base-path';
import { leaveFor } from './page-url';

/** Ends this session, or all of the user's, and leaves for the sign-in page. */
export async function endSession({ everywhere }: { everywhere: boolean }): Promise<void> {
  const answer = await fetch(underBasePath('/api/session/end'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ everywhere: String(everywhere) }),
    redirect: 'manual',
  }).catch(() => null);
  // Without an answer the session may still be on: the page stays, and says that the server is away.
  if (answer) leaveFor('/sign-in');
}
