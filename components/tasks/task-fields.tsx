'use client';

import { RefreshCw } from 'lucide-react';
import { Field, Input, Textarea } from '@/components/ui/field';
import { IconButton } from '@/components/ui/icon-button';
import { randomUuid } from '@/lib/browser/uuid';
import type { TaskForm, TaskFormField } from '@/lib/model/task-form';
import { MetadataField } from './metadata-field';

const SOURCE_TYPES = ['pdf', 'docx', 'html', 'markdown', 'text', 'json'];

interface Props {
  form: TaskForm;
  errorsOf: (field: TaskFormField) => readonly string[];
  onChange: (field: TaskFormField, value: string) => void;
  onLeave: (field: TaskFormField) => void;
}

/** The fields a person fills in, in the order of the contract. */
export function TaskFields({ form, errorsOf, onChange, onLeave }: Props) {
  const control = (field: TaskFormField) => ({
    name: field,
    value: form[field],
    onChange: (event: { target: { value: string } }) => onChange(field, event.target.value),
    onBlur: () => onLeave(field),
  });
  return (
    <div className="grid gap-x-4 gap-y-5 sm:grid-cols-2">
      {(['job_id', 'chunk_id'] as const).map((field) => (
        <Field
          key={field}
          label={field}
          errors={errorsOf(field)}
          hint="Made for you. Left empty, the server makes one."
          action={
            <IconButton
              size="sm"
              label={`Make another ${field}`}
              icon={<RefreshCw aria-hidden />}
              onClick={() => onChange(field, randomUuid())}
            />
          }
        >
          <Input {...control(field)} autoComplete="off" spellCheck={false} className="font-mono" />
        </Field>
      ))}
      <Field
        label="content"
        errors={errorsOf('content')}
        hint="The text of the chunk, at most 512 KiB. Sent as it stands."
        className="sm:col-span-2"
      >
        <Textarea {...control('content')} rows={7} />
      </Field>
      <Field
        label="source_uri"
        errors={errorsOf('source_uri')}
        hint="Where the content comes from."
      >
        <Input
          {...control('source_uri')}
          autoComplete="off"
          spellCheck={false}
          placeholder="s3://bucket/document.pdf"
        />
      </Field>
      <Field label="source_type" errors={errorsOf('source_type')} hint="What kind of source it is.">
        <Input
          {...control('source_type')}
          list="source-types"
          autoComplete="off"
          placeholder="pdf"
        />
      </Field>
      <datalist id="source-types">
        {SOURCE_TYPES.map((type) => (
          <option key={type} value={type} />
        ))}
      </datalist>
      <div className="sm:col-span-2">
        <MetadataField
          value={form.metadata}
          errors={errorsOf('metadata')}
          onChange={(value) => onChange('metadata', value)}
          onBlur={() => onLeave('metadata')}
        />
      </div>
    </div>
  );
}
