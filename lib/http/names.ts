import { DashboardError } from '@/lib/model/errors';

/** The stream, group and entry of a path, as Next hands them over: still percent-encoded. */
export async function decodeNames<T extends Record<string, string>>(
  params: Promise<T>,
): Promise<T> {
  const segments = await params;
  try {
    return Object.fromEntries(
      Object.entries(segments).map(([key, segment]) => [key, decodeURIComponent(segment)]),
    ) as T;
  } catch {
    throw new DashboardError('invalid_request', 'The path is not percent-encoded UTF-8.');
  }
}
