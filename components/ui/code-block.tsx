import clsx from 'clsx';
import { CopyButton } from './copy-button';

/** Text as it is, in mono, with a button that copies it. */
export function CodeBlock({
  code,
  label,
  className,
}: {
  code: string;
  /** What is copied, for the button's name: "Copy the command". */
  label: string;
  className?: string;
}) {
  return (
    <div className={clsx('flex items-start gap-2 rounded-md border bg-sunken p-1', className)}>
      <pre className="min-w-0 flex-1 overflow-x-auto px-2 py-1 font-mono text-12 leading-5 whitespace-pre-wrap [overflow-wrap:anywhere]">
        {code}
      </pre>
      <CopyButton text={code} label={label} />
    </div>
  );
}
