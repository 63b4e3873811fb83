import { firstOfEach, type SearchParams } from '@/lib/http/page-search';
import { parseTailQuery, type TailQuery } from '@/lib/model/tail-query';

/** What the live tail's URL asks for; of a parameter given twice the first counts. */
export async function parseTailSearch(searchParams: SearchParams): Promise<TailQuery> {
  return parseTailQuery(await firstOfEach(searchParams));
}
