import { useState } from 'react';
import { randomUuid } from '@/lib/browser/uuid';
import type { FieldError } from '@/lib/model/errors';
import {
  errorsOfField,
  readTaskForm,
  type TaskForm,
  type TaskFormField,
} from '@/lib/model/task-form';

const EMPTY = { content: '', source_uri: '', source_type: '', metadata: '{}' };
const FIELDS: readonly TaskFormField[] = [
  'job_id',
  'chunk_id',
  'content',
  'source_uri',
  'source_type',
  'metadata',
];

export interface TaskIds {
  job_id: string;
  chunk_id: string;
}

/**
 * The form as it is typed. A field's mistakes show once it was left with something in it, or
 * once the whole was sent; what the server found wrong shows until that field is edited.
 */
export function useTaskForm(firstIds: TaskIds) {
  const [form, setForm] = useState<TaskForm>({ ...firstIds, ...EMPTY });
  const [shown, setShown] = useState<ReadonlySet<TaskFormField>>(new Set());
  const [refused, setRefused] = useState<readonly FieldError[]>([]);
  const reading = readTaskForm(form);
  const belongs = (error: FieldError, field: TaskFormField) =>
    errorsOfField([error], field).length > 0;

  const change = (field: TaskFormField, value: string) => {
    setForm((before) => ({ ...before, [field]: value }));
    setRefused((before) => before.filter((error) => !belongs(error, field)));
  };
  /** Takes over what stands in the controls: typed before the page listened, or kept by the browser. */
  const takeFrom = (controls: HTMLFormControlsCollection) => {
    for (const field of FIELDS) {
      const control = controls.namedItem(field);
      const holdsText =
        control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement;
      if (holdsText && control.value !== form[field]) change(field, control.value);
    }
  };
  return {
    form,
    reading,
    change,
    takeFrom,
    leave: (field: TaskFormField) => {
      if (form[field] !== '') setShown((before) => new Set([...before, field]));
    },
    showAll: () => setShown(new Set(FIELDS)),
    refuse: setRefused,
    /** What the server refused and no field of the form can show. */
    strayErrors: refused.filter((error) => !FIELDS.some((field) => belongs(error, field))),
    errorsOf: (field: TaskFormField): readonly string[] => [
      ...(shown.has(field) ? errorsOfField(reading.errors ?? [], field) : []),
      ...errorsOfField(refused, field),
    ],
    /** Ready for another task like this one. */
    renewIds: () => {
      setForm(withNewIds);
      setShown(new Set());
    },
    clear: () => {
      setForm(withNewIds(EMPTY));
      setShown(new Set());
      setRefused([]);
    },
  };
}

function withNewIds(rest: Omit<TaskForm, keyof TaskIds>): TaskForm {
  return { ...rest, job_id: randomUuid(), chunk_id: randomUuid() };
}
