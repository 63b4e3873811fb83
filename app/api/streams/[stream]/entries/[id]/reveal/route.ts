import { readJsonBody } from '@/lib/http/body';
import { json, REQUEST_ID_HEADER, respondOnStream } from '@/lib/http/respond';
import { parseEntryId } from '@/lib/model/entry-id';
import { DashboardError } from '@/lib/model/errors';
import { getRuntime } from '@/lib/runtime';

export const dynamic = 'force-dynamic';

/** One entry with what is masked elsewhere; recorded in the audit before it is answered. */
export function POST(
  request: Request,
  context: RouteContext<'/api/streams/[stream]/entries/[id]/reveal'>,
): Promise<Response> {
  const route = '/api/streams/[stream]/entries/[id]/reveal';
  const runtime = getRuntime();
  return respondOnStream(request, runtime, route, context.params, async (params, actor) => {
    const { stream, id: text } = params;
    const id = parseEntryId(text);
    if (id === null) throw new DashboardError('invalid_entry_id', `${text} is no entry id.`);
    const body = await readJsonBody(request);
    const whole = new URL(request.url).searchParams.get('whole') === '1';
    const asker = { actor, requestId: request.headers.get(REQUEST_ID_HEADER) };
    return json(await runtime.revealEntry({ stream, id, whole, body, asker }));
  });
}
