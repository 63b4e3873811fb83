import { describe, expect, it } from 'vitest';
import { eventFrame } from './event-frame.mjs';

describe('eventFrame', () => {
  it('has id, event name and the fields of data beside those of the event, on lines of their own', () => {
    const fields = ['event_id', 'e1', 'type', 'ingestion.progress', 'timestamp', 't', 'job_id', ''];
    expect(eventFrame('5-0', [...fields, 'data', '{"n":1}', 'metadata', '{}'])).toBe(
      'id: 5-0\nevent: ingestion.progress\ndata: {"event_id":"e1","job_id":"","timestamp":"t","n":1}\n\n',
    );
  });
});
