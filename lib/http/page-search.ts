import { DashboardError } from '@/lib/model/errors';

/** What Next hands a page of its URL. */
export type SearchParams = Promise<Record<string, string | string[] | undefined>>;

/** A query, and what of the URL could not be read, in words; the query is then the default one. */
export interface ParsedSearch<T> {
  query: T;
  mistakes: string[];
}

/** Of a parameter given twice the first counts. */
export async function firstOfEach(searchParams: SearchParams): Promise<URLSearchParams> {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(await searchParams)) {
    const first = Array.isArray(value) ? value[0] : value;
    if (first !== undefined) params.set(name, first);
  }
  return params;
}

/** What `parse` makes of the parameters, or of none where it throws what is wrong with them. */
export function parseOrDefault<T>(
  parse: (params: URLSearchParams) => T,
  params: URLSearchParams,
): ParsedSearch<T> {
  try {
    return { query: parse(params), mistakes: [] };
  } catch (error) {
    if (!(error instanceof DashboardError)) throw error;
    const mistakes = (error.details.errors ?? []).map(
      ({ field, message }) => `${field}: ${message}.`,
    );
    return { query: parse(new URLSearchParams()), mistakes };
  }
}
