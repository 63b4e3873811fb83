'use client';

import { Tabs as Base } from '@base-ui/react/tabs';
import clsx from 'clsx';
import type { ComponentProps, ReactNode } from 'react';

interface TabSpec {
  value: string;
  label: ReactNode;
}

/** A row of tabs over its panels; `TabPanel`s are the children. */
export function Tabs({
  label,
  tabs,
  children,
  className,
  ...rest
}: Omit<ComponentProps<typeof Base.Root>, 'className'> & {
  label: string;
  tabs: readonly TabSpec[];
  className?: string;
}) {
  return (
    <Base.Root {...rest} className={className}>
      <Base.List aria-label={label} className="flex gap-4 overflow-x-auto border-b">
        {tabs.map((tab) => (
          <Base.Tab
            key={tab.value}
            value={tab.value}
            className="-mb-px flex h-9 items-center border-b-2 border-transparent text-13 whitespace-nowrap text-quiet hover:text-ink focus-visible:-outline-offset-2 data-active:border-accent data-active:font-medium data-active:text-ink"
          >
            {tab.label}
          </Base.Tab>
        ))}
      </Base.List>
      {children}
    </Base.Root>
  );
}

export function TabPanel({
  className,
  ...rest
}: Omit<ComponentProps<typeof Base.Panel>, 'className'> & { className?: string }) {
  return <Base.Panel {...rest} className={clsx('pt-4', className)} />;
}
