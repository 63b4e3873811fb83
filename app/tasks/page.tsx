import { randomUUID } from 'node:crypto';
import type { Metadata } from 'next';
import { enterPage } from '@/app/enter-page';
import { EnqueueForm } from '@/components/tasks/enqueue-form';
import { NeedsScripts } from '@/components/tasks/needs-scripts';
import { PageHeader } from '@/components/ui/page-header';
import { getRuntime } from '@/lib/runtime';

export const dynamic = 'force-dynamic';

export const metadata: Metadata = { title: 'Enqueue' };

export default async function TasksPage() {
  const actor = await enterPage('/tasks');
  const { access, config } = getRuntime();
  const sees = access.sees(actor);
  const stream = sees === null || sees(config.taskStream) ? config.taskStream : '';
  return (
    <>
      <PageHeader title="Enqueue a task">One task for the workers, as one entry.</PageHeader>
      <NeedsScripts />
      <EnqueueForm stream={stream} firstIds={{ job_id: randomUUID(), chunk_id: randomUUID() }} />
    </>
  );
}
