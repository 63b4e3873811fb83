import { CodeBlock } from '@/components/ui/code-block';
import { Notice } from '@/components/ui/notice';
import type { RequestError } from '@/lib/browser/fetcher';
import { useSnapshot } from '@/lib/browser/use-snapshot';
import type { EntryId } from '@/lib/model/entry-id';
import { redisCliCommand } from '@/lib/model/redis-command';

interface Props {
  stream: string;
  id: EntryId;
  error: Pick<RequestError, 'problem' | 'message'>;
}

/** Why an entry cannot be shown: gone is an answer, trouble is asked again. */
export function EntryTrouble({ stream, id, error }: Props) {
  const code = error.problem?.code;
  const isTold = useSnapshot().snapshot.redis.status === 'down';
  if (code === 'entry_not_found' || code === 'stream_not_found') {
    return (
      <Notice tone="info" title="This entry is no longer in Redis." role="status">
        <p>
          {code === 'stream_not_found' ? 'Its stream is gone. ' : ''}
          Entries leave a stream when it is trimmed to its length, and workers delete what they have
          done. An id that was never there looks the same.
        </p>
        <CodeBlock
          code={redisCliCommand('XRANGE', stream, id, id)}
          label="Copy the command"
          className="mt-2"
        />
      </Notice>
    );
  }
  // The banner says the rest.
  if (isTold) {
    return <p className="text-13 text-quiet">The entry is shown here once Redis answers.</p>;
  }
  const status = error.problem?.status ?? 503;
  return (
    <Notice tone="bad" title={error.message} role="status">
      {status >= 500 && <p>Trying again every two seconds.</p>}
      {code && <code className="font-mono text-12">{code}</code>}
    </Notice>
  );
}
