import { json, respondOnStream } from '@/lib/http/respond';
import { parseEntriesQuery } from '@/lib/model/entries-page';
import { getRuntime } from '@/lib/runtime';

export const dynamic = 'force-dynamic';

/** A page of entries, newest first unless asked otherwise. */
export function GET(
  request: Request,
  context: RouteContext<'/api/streams/[stream]/entries'>,
): Promise<Response> {
  const runtime = getRuntime();
  return respondOnStream(
    request,
    runtime,
    '/api/streams/[stream]/entries',
    context.params,
    async ({ stream }) => {
      const query = parseEntriesQuery(new URL(request.url).searchParams);
      return json(await runtime.entries.readPage(stream, query));
    },
  );
}
