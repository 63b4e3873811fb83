import { parseTailQuery, type TailQuery } from '@/lib/model/tail-query';

export type SearchParams = Promise<Record<string, string | string[] | undefined>>;

/** What the live tail's URL asks for; of a parameter given twice the first counts. */
export async function parseTailSearch(searchParams: SearchParams): Promise<TailQuery> {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(await searchParams)) {
    const first = Array.isArray(value) ? value[0] : value;
    if (first !== undefined) params.set(name, first);
  }
  return parseTailQuery(params);
}
