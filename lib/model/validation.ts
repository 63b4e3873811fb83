import type { ZodError } from 'zod';
import type { FieldError } from './errors';

/** What zod found, a line for each wrong field; a field nobody knows is named itself. */
export function fieldErrors(error: ZodError): FieldError[] {
  return error.issues.flatMap((issue): FieldError[] => {
    const at = issue.path.map(String).join('.');
    if (issue.code !== 'unrecognized_keys') return [{ field: at, message: issue.message }];
    return issue.keys.map((key) => ({
      field: at === '' ? key : `${at}.${key}`,
      message: 'this field is not known',
    }));
  });
}
