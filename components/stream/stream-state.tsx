import { CodeBlock } from '@/components/ui/code-block';
import { EmptyState } from '@/components/ui/empty-state';
import { Notice } from '@/components/ui/notice';
import { redisCliCommand } from '@/lib/model/redis-command';

/** What stands in place of a stream that is not there: why, and the command that would make it. */
export function AbsentStream({ name }: { name: string }) {
  return (
    <EmptyState
      title="Redis has no such stream"
      command={redisCliCommand('XADD', name, '*', 'type', 'hello', 'data', '{"from":"redis-cli"}')}
    >
      A stream comes to be with its first entry, or with a consumer group made by MKSTREAM. This
      page shows it as soon as it is there. This would make it:
    </EmptyState>
  );
}

export function WrongTypeStream({ name }: { name: string }) {
  return (
    <Notice tone="bad" title="This key holds something other than a stream.">
      No entry can be read from it, and none added: XADD would answer WRONGTYPE. What it holds:
      <CodeBlock code={redisCliCommand('TYPE', name)} label="Copy the command" className="mt-2" />
    </Notice>
  );
}

export function DeniedStream({ name }: { name: string }) {
  return (
    <Notice tone="bad" title="The Redis user may not read this key.">
      Grant it in Redis, and this page heals:
      <CodeBlock
        code={redisCliCommand('ACL', 'SETUSER', 'the-user', `~${name}`, '+@read', '+@stream')}
        label="Copy the command"
        className="mt-2"
      />
    </Notice>
  );
}
