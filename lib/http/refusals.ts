import type { Access } from '@/lib/access/access';
import type { AccessRequest } from '@/lib/access/doors';
import { isRefusal, type RefusedRequest } from '@/lib/model/audit';
import type { ErrorCode } from '@/lib/model/errors';

/** What writing a refusal down needs of the process; the runtime has it. */
export interface RefusalMeans {
  access: Pick<Access, 'askerOf'>;
  audit: { noteRefusal(refusal: RefusedRequest): void };
}

/** Written down where they happen: sign-ins, and acts that had begun. */
const TOLD_ELSEWHERE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'wrong_credentials',
  'sign_in_limit',
  'audit_unavailable',
]);

/** Has a request that was turned away recorded, with who sent it. `path` is without its query. */
export async function noteRefusal(
  request: AccessRequest,
  { code, path }: { code: ErrorCode; path: string },
  { access, audit }: RefusalMeans,
): Promise<void> {
  if (!isRefusal(code) || TOLD_ELSEWHERE.has(code)) return;
  audit.noteRefusal({ asker: await access.askerOf(request), code, method: request.method, path });
}
