import { z } from 'zod';
import { Redaction } from '@/lib/model/redaction';

const GLOBS_MAX = 100;
const GLOB_CHARS_MAX = 256;
/** Without these fields no event has a type and no job an id; both stand in keys of Redis as well. */
const NEEDED_FIELDS = ['type', 'job_id'];

/** `REDACT_FIELDS`: globs of names and paths, separated by commas (docs/security.md). */
export const redactFields = z.string().transform((text, context): string[] | undefined => {
  const globs = text
    .split(',')
    .map((glob) => glob.trim())
    .filter(Boolean);
  if (globs.length > GLOBS_MAX || globs.some((glob) => glob.length > GLOB_CHARS_MAX)) {
    context.addIssue(`expected ${GLOBS_MAX} globs at most, of ${GLOB_CHARS_MAX} characters each`);
    return z.NEVER;
  }
  const odd = globs.find((glob) => glob.split('.').some((part) => part === ''));
  if (odd !== undefined) {
    context.addIssue(`empty_redact_part: a name is missing beside a dot of ${odd}`);
    return z.NEVER;
  }
  for (const glob of globs) {
    const redaction = new Redaction([glob]);
    const needed = NEEDED_FIELDS.find((name) => redaction.child('', name) === null);
    if (needed === undefined) continue;
    context.addIssue(
      `redacts_needed_field: ${glob} would mask ${needed}, by which entries are told apart; write where below an entry it is meant, such as data.${glob}`,
    );
    return z.NEVER;
  }
  return globs.length > 0 ? globs : undefined;
});
