import { CONTENT_TYPES, contentDisposition, toCsv, toNdjson } from '@/lib/http/download-format';
import { parseDownloadRequest } from '@/lib/http/download-request';
import { respondOnStream } from '@/lib/http/respond';
import { inPieces, textStream } from '@/lib/http/text-stream';
import { userKey } from '@/lib/model/actor';
import { getRuntime } from '@/lib/runtime';

export const dynamic = 'force-dynamic';

type Context = RouteContext<'/api/streams/[stream]/download'>;

/** The entries that match, oldest first, as a file of any size; made no faster than it is taken. */
export function GET(request: Request, context: Context): Promise<Response> {
  const runtime = getRuntime();
  return respondOnStream(
    request,
    runtime,
    '/api/streams/[stream]/download',
    context.params,
    async ({ stream }, actor) => {
      const { range, format, isSafe } = parseDownloadRequest(new URL(request.url).searchParams);
      const client = { user: userKey(actor), gone: request.signal };
      const { items, close, ...times } = await runtime.scans.download(stream, range, client);
      const texts = format === 'csv' ? toCsv(items, { isSafe }) : toNdjson(items);
      const body = textStream(inPieces(texts), { close, ...runtime.cutting(request, actor) });
      return new Response(body, {
        headers: {
          'content-type': CONTENT_TYPES[format],
          'content-disposition': contentDisposition(stream, { format, ...times }),
          'cache-control': 'no-store, no-transform',
          'x-accel-buffering': 'no',
        },
      });
    },
  );
}

/** Next would run GET and leave its body unread: a HEAD reads nothing. */
export function HEAD(request: Request, context: Context): Promise<Response> {
  return respondOnStream(
    request,
    getRuntime(),
    '/api/streams/[stream]/download',
    context.params,
    async () => {
      const { format } = parseDownloadRequest(new URL(request.url).searchParams);
      return new Response(null, { headers: { 'content-type': CONTENT_TYPES[format] } });
    },
  );
}
