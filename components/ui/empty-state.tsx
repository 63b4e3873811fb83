import type { ReactNode } from 'react';
import { CodeBlock } from './code-block';

interface Props {
  icon?: ReactNode;
  title: string;
  /** Why it is empty and what would fill it. */
  children: ReactNode;
  /** The command that would, to copy. */
  command?: string;
  action?: ReactNode;
}

/** A place with nothing in it: says why, and teaches how to fill it. */
export function EmptyState({ icon, title, children, command, action }: Props) {
  return (
    <div className="flex flex-col items-center rounded-md border border-dashed px-4 py-12 text-center">
      {icon && <div className="mb-3 text-mark [&_svg]:size-5">{icon}</div>}
      <h2 className="text-14 font-semibold">{title}</h2>
      <div className="mt-1 max-w-prose text-13 text-balance text-quiet">{children}</div>
      {command && (
        <CodeBlock
          code={command}
          label="Copy the command"
          className="mt-4 w-full max-w-xl text-left"
        />
      )}
      {action && <div className="mt-4">{action}</div>}
    </div>
  );
}
