import type { ProblemDetails } from '@/lib/model/errors';

/** Why something could not be read. */
export type Problem = Pick<ProblemDetails, 'code' | 'detail'>;
