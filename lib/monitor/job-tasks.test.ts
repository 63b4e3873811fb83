import { expect, it } from 'vitest';
import { DashboardError } from '@/lib/model/errors';
import type { StreamPage } from '@/lib/redis/stream-reads';
import { JobTasks, type QueuePages } from './job-tasks';

const bytes = (text: string) => new TextEncoder().encode(text);

function queueOf(back: QueuePages['back']): QueuePages {
  return { back, after: () => back('+', '-') };
}

it('says why the queue could not be looked through, and that it is not being', async () => {
  const tasks = new JobTasks(
    queueOf(async () => {
      throw new DashboardError('wrong_type', 'The key holds something other than a stream.');
    }),
  );
  expect(tasks).toMatchObject({ isReading: true, problem: null });
  tasks.catchUp();
  await tasks.read();
  expect(tasks).toMatchObject({
    isReading: false,
    problem: 'The key holds something other than a stream.',
  });
});

it('keeps no id that nobody could have meant, and the beginning of a long chunk id', async () => {
  const fields = (jobId: string, chunkId: string): [Uint8Array, Uint8Array][] => [
    [bytes('job_id'), bytes(jobId)],
    [bytes('chunk_id'), bytes(chunkId)],
  ];
  const long = 'x'.repeat(2_000);
  const page: StreamPage = {
    position: null,
    entries: [
      { entry: { id: '2-0', fields: fields('a', long) }, bytes: 2_000 },
      { entry: { id: '1-0', fields: fields(long, 'c') }, bytes: 2_000 },
    ],
  };
  const pages = [page];
  const tasks = new JobTasks(queueOf(async () => pages.pop() ?? { position: null, entries: [] }));
  tasks.catchUp();
  await tasks.read();
  expect(tasks.of(long)).toEqual([]);
  expect(tasks.of('a')).toMatchObject([{ id: '2-0', chunkId: `${'x'.repeat(200)}…` }]);
});
