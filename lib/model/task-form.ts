import type { FieldError } from './errors';
import { findJsonObjectErrors, parseJsonObject } from './json-errors';
import { type TaskInput, taskInputSchema } from './task';
import { fieldErrors } from './validation';

/** The enqueue form as it is typed: every field a text. */
export interface TaskForm {
  job_id: string;
  chunk_id: string;
  content: string;
  source_uri: string;
  source_type: string;
  /** JSON. */
  metadata: string;
}

export type TaskFormField = keyof TaskForm;

export type TaskFormReading =
  | { input: TaskInput; errors: null }
  | { input: null; errors: FieldError[] };

/** What a form means, by the rules of the server; or every mistake in it. */
export function readTaskForm(form: TaskForm): TaskFormReading {
  const mistakes = findJsonObjectErrors(form.metadata).map((error) => ({
    field: 'metadata',
    message: `Line ${error.line}, column ${error.column}: ${error.message}`,
  }));
  const metadata = mistakes.length > 0 ? {} : parseJsonObject(form.metadata);
  const parsed = taskInputSchema.safeParse({
    content: form.content,
    source_uri: form.source_uri,
    source_type: form.source_type,
    ...(form.job_id.trim() === '' ? {} : { job_id: form.job_id }),
    ...(form.chunk_id.trim() === '' ? {} : { chunk_id: form.chunk_id }),
    metadata,
  });
  if (parsed.success && mistakes.length === 0) return { input: parsed.data, errors: null };
  return {
    input: null,
    errors: [...(parsed.success ? [] : fieldErrors(parsed.error)), ...mistakes],
  };
}

/** The messages that belong beside one field: its own, and those from inside it. */
export function errorsOfField(errors: readonly FieldError[], field: TaskFormField): string[] {
  return errors.flatMap((error) => {
    if (error.field === field) return [error.message];
    return error.field.startsWith(`${field}.`) ? [`${error.field}: ${error.message}`] : [];
  });
}
