import { VisibleText } from '@/components/entry/visible-text';
import { KeyValue } from '@/components/ui/key-value';
import { TextLink } from '@/components/ui/text-link';
import { findJsonObjectErrors, parseJsonObject } from '@/lib/model/json-errors';
import { streamPageHref } from '@/lib/model/stream-href';
import type { TaskForm } from '@/lib/model/task-form';

const CONTENT_CHARS_MAX = 280;

interface Props {
  stream: string;
  form: TaskForm;
}

/** The entry as it will stand on the stream: eight fields, in the contract's order. */
export function TaskPreview({ stream, form }: Props) {
  const content =
    form.content.length > CONTENT_CHARS_MAX
      ? `${form.content.slice(0, CONTENT_CHARS_MAX)}…`
      : form.content;
  const fields: [name: string, value: string, pending?: string][] = [
    ['job_id', form.job_id.trim(), 'made by the server'],
    ['chunk_id', form.chunk_id.trim(), 'made by the server'],
    ['content', content, 'empty'],
    ['source_uri', form.source_uri.trim(), 'empty'],
    ['source_type', form.source_type.trim(), 'empty'],
    ['metadata', metadataField(form.metadata), 'shown once it is a JSON object'],
    ['retry_count', '0'],
    ['timestamp', '', 'the server’s time when it is written, ISO 8601 in UTC'],
  ];
  return (
    <section aria-labelledby="preview" className="min-w-0">
      <h2
        id="preview"
        className="mb-1 flex min-h-6 flex-wrap items-center gap-x-1 text-13 font-medium"
      >
        What will be written to{' '}
        <TextLink href={streamPageHref(stream)}>
          <VisibleText text={stream} />
        </TextLink>
      </h2>
      <div className="rounded-md border bg-raised p-3">
        <KeyValue
          items={fields.map(([key, value, pending]) => ({
            key,
            value:
              value === '' ? (
                <span className="text-faint">{pending}</span>
              ) : (
                <span className="font-mono text-12 whitespace-pre-wrap">{value}</span>
              ),
          }))}
        />
      </div>
    </section>
  );
}

function metadataField(text: string): string {
  return findJsonObjectErrors(text).length > 0 ? '' : JSON.stringify(parseJsonObject(text));
}
