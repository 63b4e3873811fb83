import { DashboardError } from '@/lib/model/errors';

/** What a page reads first. Redis trouble is a state of the page, not its end. */
export async function settle<T>(read: Promise<T>) {
  try {
    return { value: await read, problem: null };
  } catch (error) {
    if (!(error instanceof DashboardError)) throw error;
    return { value: null, problem: { code: error.code, detail: error.message } };
  }
}
