import { describe, expect, it } from 'vitest';
import { errorsOfField, readTaskForm, type TaskForm } from './task-form';

const form = (over: Partial<TaskForm> = {}): TaskForm => ({
  job_id: 'job-1',
  chunk_id: 'chunk-1',
  content: ' text with its spaces ',
  source_uri: 's3://a/b.pdf',
  source_type: 'pdf',
  metadata: '{"owner": "ana"}',
  ...over,
});

describe('a task form', () => {
  it('is what will be sent, content unchanged', () => {
    expect(readTaskForm(form()).input).toEqual({
      job_id: 'job-1',
      chunk_id: 'chunk-1',
      content: ' text with its spaces ',
      source_uri: 's3://a/b.pdf',
      source_type: 'pdf',
      metadata: { owner: 'ana' },
    });
  });

  it('leaves ids that are blank to the server, and sends an object for blank metadata', () => {
    const { input } = readTaskForm(form({ job_id: ' ', chunk_id: '', metadata: '' }));
    expect(input).toEqual({
      content: ' text with its spaces ',
      source_uri: 's3://a/b.pdf',
      source_type: 'pdf',
      metadata: {},
    });
  });

  it('names every wrong field at once', () => {
    const { errors } = readTaskForm(form({ content: '', source_uri: ' ', metadata: '{"a": }' }));
    expect(errors?.map((error) => error.field)).toEqual(['content', 'source_uri', 'metadata']);
    expect(errors?.at(-1)?.message).toBe('Line 1, column 7: A value is expected');
  });
});

it('errors from inside a field stand beside it, with their path', () => {
  const errors = [
    { field: 'metadata', message: 'must be an object' },
    { field: 'metadata.owner', message: 'is wrong' },
    { field: 'content', message: 'is empty' },
  ];
  expect(errorsOfField(errors, 'metadata')).toEqual([
    'must be an object',
    'metadata.owner: is wrong',
  ]);
  expect(errorsOfField(errors, 'job_id')).toEqual([]);
});
