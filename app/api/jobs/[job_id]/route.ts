import { json, respond } from '@/lib/http/respond';
import { parseJobQuery } from '@/lib/model/job-page';
import { getRuntime } from '@/lib/runtime';

export const dynamic = 'force-dynamic';

/** One job: its hash, a page of its events oldest first, and its tasks that are still queued. */
export function GET(
  request: Request,
  context: RouteContext<'/api/jobs/[job_id]'>,
): Promise<Response> {
  const runtime = getRuntime();
  return respond(request, runtime, '/api/jobs/[job_id]', async () => {
    const { job_id: jobId } = await context.params;
    const query = parseJobQuery(new URL(request.url).searchParams);
    return json(await runtime.jobDetails.read(jobId, query));
  });
}
