import { auditCsv } from '@/lib/http/audit-download';
import { CONTENT_TYPES, contentDisposition } from '@/lib/http/download-format';
import { parseDownloadFormat } from '@/lib/http/download-request';
import { respond } from '@/lib/http/respond';
import { inPieces, jsonLines, textStream } from '@/lib/http/text-stream';
import { userKey } from '@/lib/model/actor';
import { parseAuditQuery } from '@/lib/model/audit-page';
import { getRuntime } from '@/lib/runtime';

export const dynamic = 'force-dynamic';

/** What was done and matches, newest first, as a file; made no faster than it is taken. */
export function GET(request: Request): Promise<Response> {
  const runtime = getRuntime();
  return respond(request, runtime, '/api/audit/download', async (actor) => {
    const { searchParams } = new URL(request.url);
    const query = parseAuditQuery(searchParams);
    const { format, isSafe } = parseDownloadFormat(searchParams, 'yes');
    const close = runtime.scans.take(userKey(actor));
    request.signal.addEventListener('abort', close, { once: true });
    if (request.signal.aborted) close();
    const { acts, ...times } = await runtime.audited.download(query).catch((error: unknown) => {
      close();
      throw error;
    });
    const texts = format === 'csv' ? auditCsv(acts, { isSafe }) : jsonLines(acts);
    const body = textStream(inPieces(texts), { close, ...runtime.cutting(request, actor) });
    return new Response(body, {
      headers: {
        'content-type': CONTENT_TYPES[format],
        'content-disposition': contentDisposition('audit', { format, ...times }),
        'cache-control': 'no-store, no-transform',
        'x-accel-buffering': 'no',
      },
    });
  });
}

/** Next would run GET and leave its body unread: a HEAD reads nothing. */
export function HEAD(request: Request): Promise<Response> {
  return respond(request, getRuntime(), '/api/audit/download', async () => {
    const { searchParams } = new URL(request.url);
    parseAuditQuery(searchParams);
    const { format } = parseDownloadFormat(searchParams, 'yes');
    return new Response(null, { headers: { 'content-type': CONTENT_TYPES[format] } });
  });
}
