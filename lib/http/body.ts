import { DashboardError } from '@/lib/model/errors';
import { FORM_TYPE } from './guard';

/** Largest request body that is read, bytes: the longest content, every character escaped. */
export const BODY_BYTES_MAX = 4 * 1024 * 1024;

/** Largest form: a name, a password and an address. */
const FORM_BYTES_MAX = 16 * 1024;

/** Reads a JSON body up to the limit. Throws `body_too_large` and `invalid_request`. */
export async function readJsonBody(request: Request, bytesMax = BODY_BYTES_MAX): Promise<unknown> {
  try {
    return JSON.parse(await readText(request, bytesMax)) as unknown;
  } catch (error) {
    if (error instanceof DashboardError) throw error;
    throw new DashboardError('invalid_request', 'The body is not valid JSON in UTF-8.');
  }
}

/** The fields of a small body, a form's or JSON; a field that stands twice is its last. */
export async function readFields(request: Request): Promise<unknown> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== FORM_TYPE) return readJsonBody(request, FORM_BYTES_MAX);
  return Object.fromEntries(new URLSearchParams(await readText(request, FORM_BYTES_MAX)));
}

async function readText(request: Request, bytesMax: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.length;
    if (bytes > bytesMax) {
      throw new DashboardError('body_too_large', `The body is over ${bytesMax} bytes.`);
    }
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new DashboardError('invalid_request', 'The body is not valid UTF-8.');
  }
}
