import { json, respondOnStream } from '@/lib/http/respond';
import { parseEntryId } from '@/lib/model/entry-id';
import { DashboardError } from '@/lib/model/errors';
import { getRuntime } from '@/lib/runtime';

export const dynamic = 'force-dynamic';

/** One entry; values over a megabyte are cut unless `?whole=1`. */
export function GET(
  request: Request,
  context: RouteContext<'/api/streams/[stream]/entries/[id]'>,
): Promise<Response> {
  const runtime = getRuntime();
  return respondOnStream(
    request,
    runtime,
    '/api/streams/[stream]/entries/[id]',
    context.params,
    async ({ stream, id: text }) => {
      const id = parseEntryId(text);
      if (id === null) throw new DashboardError('invalid_entry_id', `${text} is no entry id.`);
      const whole = new URL(request.url).searchParams.get('whole') === '1';
      return json(await runtime.entries.readEntry(stream, id, { whole }));
    },
  );
}
