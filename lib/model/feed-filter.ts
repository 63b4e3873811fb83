import { DashboardError } from './errors';
import type { Clause, Filter, FilterError, Pattern } from './filter';
import { parseFilter } from './filter-parse';

/** Longest text and most type patterns that the plain parameters take; the rest is cut. */
const TEXT_CHARS_MAX = 256;
const TYPES_MAX = 32;

/**
 * Reads `?type=ingestion.*,worker.task_failed&job_id=…&q=…&filter=…` into one filter: all of them
 * must hold. Throws `invalid_filter` with the place where `filter` is malformed.
 */
export function parseFeedFilter(params: URLSearchParams): Filter {
  const { filter, error } = parseFilter(params.get('filter') ?? '');
  if (error) throw invalidFilter(error);
  return [...plainClauses(params), ...filter];
}

/** What the parameters from before the language mean in it. */
export function plainClauses(params: URLSearchParams): Clause[] {
  const types = (params.get('type') ?? '')
    .split(',')
    .map((type) => type.trim().slice(0, TEXT_CHARS_MAX))
    .filter(Boolean)
    .slice(0, TYPES_MAX)
    .map(patternOf);
  const jobId = params.get('job_id')?.trim().slice(0, TEXT_CHARS_MAX);
  const text = params.get('q')?.trim().toLowerCase().slice(0, TEXT_CHARS_MAX);
  const clauses: Clause[] = [];
  if (types.length > 0) clauses.push(clause({ kind: 'pattern', subject: 'type', any: types }));
  if (jobId) clauses.push(clause({ kind: 'pattern', subject: 'job', any: [[jobId]] }));
  if (text) clauses.push(clause({ kind: 'text', any: [text] }));
  return clauses;
}

export function invalidFilter({ start, end, message }: FilterError): DashboardError {
  return new DashboardError('invalid_filter', message, {
    errors: [{ field: 'filter', message, start, end }],
  });
}

function clause(test: Clause['test']): Clause {
  return { negated: false, test };
}

/** Two stars in a row are one; only the ends may be empty. */
function patternOf(text: string): Pattern {
  const parts = text.split('*');
  return parts.filter((part, at) => part !== '' || at === 0 || at === parts.length - 1);
}
