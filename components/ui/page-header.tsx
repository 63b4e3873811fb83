import type { ReactNode } from 'react';
import { TextLink } from './text-link';

interface Props {
  title: ReactNode;
  /** Where this page hangs: its parents, outermost first. */
  parents?: readonly { label: string; href: string }[];
  /** Beside the title: a mark, a count. */
  aside?: ReactNode;
  /** At the right. Danger last. */
  actions?: ReactNode;
  /** One line under the title. */
  children?: ReactNode;
}

/** The head of a page: where one is, what it is, what can be done. */
export function PageHeader({ title, parents = [], aside, actions, children }: Props) {
  return (
    <header className="mb-4 flex flex-wrap items-end justify-between gap-x-4 gap-y-2">
      <div className="min-w-0">
        {parents.length > 0 && (
          <nav aria-label="Breadcrumb" className="text-12">
            <ol className="flex gap-1.5 text-faint">
              {parents.map((parent) => (
                <li key={parent.href} className="flex gap-1.5">
                  <TextLink href={parent.href}>{parent.label}</TextLink>
                  <span aria-hidden>/</span>
                </li>
              ))}
            </ol>
          </nav>
        )}
        <div className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="text-20 font-semibold tracking-tight [overflow-wrap:anywhere]">{title}</h1>
          {aside}
        </div>
        {children && <div className="text-13 text-quiet">{children}</div>}
      </div>
      {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  );
}
