import { ValueView } from '@/components/entry/value-view';
import { VisibleText } from '@/components/entry/visible-text';
import { CodeBlock } from '@/components/ui/code-block';
import { formatBytes } from '@/lib/model/bytes';
import type { JobPage } from '@/lib/model/job-page';
import { redisCliNames } from '@/lib/model/redis-command';

/** The job's hash as it was read: anybody may have written it. */
export function JobHashView({ hash }: { hash: JobPage['hash'] }) {
  const command = hash.state === 'wrong_type' ? 'TYPE' : 'HGETALL';
  return (
    <details className="mt-6">
      <summary className="w-fit cursor-pointer rounded-md py-1 pr-2 text-14 font-semibold">
        Its hash
      </summary>
      <CodeBlock code={redisCliNames(command, hash.key)} label="Copy the command" />
      {hash.fields.length > 0 && (
        <ol className="mt-2 flex flex-col divide-y">
          {hash.fields.map(([name, value]) => (
            <li key={name} className="flex flex-col gap-2 py-3">
              {typeof value === 'string' || 'text' in value || 'base64' in value ? (
                <ValueView heading={<FieldName name={name} />} name={name} value={value} />
              ) : (
                <>
                  <FieldName name={name} />
                  <p className="text-12 text-quiet">
                    {formatBytes(value.bytes)}: too long to be read here.
                  </p>
                </>
              )}
            </li>
          ))}
        </ol>
      )}
    </details>
  );
}

function FieldName({ name }: { name: string }) {
  return (
    <h3 className="font-mono text-13 font-medium">
      {name === '' ? '(no name)' : <VisibleText text={name} />}
    </h3>
  );
}
