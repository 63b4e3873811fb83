import { json, respond } from '@/lib/http/respond';
import { parseJobsQuery } from '@/lib/model/jobs-page';
import { getRuntime } from '@/lib/runtime';

export const dynamic = 'force-dynamic';

/** A page of the recent jobs, those in trouble first unless asked otherwise. */
export function GET(request: Request): Promise<Response> {
  const runtime = getRuntime();
  return respond(request, runtime, '/api/jobs', async () => {
    const query = parseJobsQuery(new URL(request.url).searchParams);
    return json(await runtime.jobs.page(query));
  });
}
