import type { Config } from '@/lib/config';
import { underBasePath } from '@/lib/model/base-path';
import type { Report } from './report';

const TIMEOUT_MS = 3_000;

/** Whether the dashboard answers where the configuration says that it listens. */
export async function checkEndpoint({ host, port }: Config, report: Report): Promise<void> {
  const name = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host;
  const url = `http://${name}:${port}${underBasePath('/health')}`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const body = (await response.json()) as { status?: unknown };
    const ours = response.ok && typeof body.status === 'string';
    report(
      ours,
      ours ? `The dashboard answers at ${url} (${body.status})` : `${url} answers, but not as ours`,
      `Another program listens on port ${port}: stop it, or choose another PORT.`,
    );
  } catch {
    report(false, `Nothing answers at ${url}`, 'Start the dashboard: npm start');
  }
}
