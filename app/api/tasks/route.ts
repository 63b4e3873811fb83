import { readJsonBody } from '@/lib/http/body';
import { json, REQUEST_ID_HEADER, respond } from '@/lib/http/respond';
import { getRuntime } from '@/lib/runtime';

export const dynamic = 'force-dynamic';

/** Puts one task on the queue; a repeat with the same `Idempotency-Key` adds nothing. */
export function POST(request: Request): Promise<Response> {
  const runtime = getRuntime();
  return respond(request, runtime, '/api/tasks', async (actor) => {
    const body = await readJsonBody(request);
    const idempotencyKey = request.headers.get('idempotency-key');
    const asker = { actor, requestId: request.headers.get(REQUEST_ID_HEADER) };
    return json(await runtime.enqueueTask({ body, idempotencyKey, asker }), 201);
  });
}
