import { json, respond } from '@/lib/http/respond';
import { parseAuditQuery } from '@/lib/model/audit-page';
import { getRuntime } from '@/lib/runtime';

export const dynamic = 'force-dynamic';

/** A page of what was done, newest first. */
export function GET(request: Request): Promise<Response> {
  const runtime = getRuntime();
  return respond(request, runtime, '/api/audit', async () => {
    const query = parseAuditQuery(new URL(request.url).searchParams);
    return json(await runtime.auditPage(query));
  });
}
