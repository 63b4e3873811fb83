import { CodeBlock } from '@/components/ui/code-block';
import { Notice } from '@/components/ui/notice';
import { underBasePath } from '@/lib/model/base-path';

const CURL = `curl -X POST http://127.0.0.1:3000${underBasePath('/api/tasks')} \\
  -H 'content-type: application/json' \\
  -d '{"content": "…", "source_uri": "s3://…", "source_type": "pdf"}'`;

/** Shown where scripts are off: the form below is shown but cannot send JSON. */
export function NeedsScripts() {
  return (
    <noscript>
      <Notice tone="info" title="This form needs scripts to send." className="mb-6">
        A shell does the same:
        <CodeBlock code={CURL} label="Copy the command" className="mt-2" />
      </Notice>
    </noscript>
  );
}
