'use client';

import { Menu as Base } from '@base-ui/react/menu';
import { Check } from 'lucide-react';
import Link from 'next/link';
import type { ReactElement, ReactNode } from 'react';

const ITEM =
  'flex min-h-8 cursor-default items-center gap-2 rounded-md px-2 text-13 outline-none select-none data-highlighted:bg-hover data-disabled:text-faint [&_svg]:size-4 [&_svg]:text-quiet';

/** A button that opens a list to choose from: a `MenuChoice` or `MenuLink`s. */
export function Menu({ trigger, children }: { trigger: ReactElement; children: ReactNode }) {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={4} align="end" collisionPadding={8} className="z-50">
          <Base.Popup className="min-w-40 rounded-md border border-line-strong bg-raised p-1 shadow-float transition-opacity outline-none data-ending-style:opacity-0 data-starting-style:opacity-0">
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** Goes to another page, or has the browser save what is there. */
export function MenuLink({
  href,
  download = false,
  children,
}: {
  href: string;
  download?: boolean;
  children: ReactNode;
}) {
  const goes = download ? { href, download } : { render: <Link href={href} prefetch={false} /> };
  return (
    <Base.LinkItem className={ITEM} closeOnClick {...goes}>
      {children}
    </Base.LinkItem>
  );
}

/** Says what the list is about; it cannot be chosen. */
export function MenuText({ children }: { children: ReactNode }) {
  return <div className="mb-1 border-b px-2 pt-1 pb-2 text-12 text-quiet">{children}</div>;
}

/** Does something. `hint` says what, beside it. */
export function MenuAction({
  onClick,
  hint,
  children,
}: {
  onClick: () => void;
  hint?: string;
  children: ReactNode;
}) {
  return (
    <Base.Item className={ITEM} onClick={onClick}>
      <span className="flex-1 pr-4">{children}</span>
      {hint && <span className="text-12 text-quiet">{hint}</span>}
    </Base.Item>
  );
}

/** One of several: a tick stands at the one chosen. */
export function MenuChoice<Value extends string>({
  value,
  onChange,
  options,
}: {
  value: Value;
  onChange: (value: Value) => void;
  options: readonly { value: Value; label: string; icon?: ReactNode }[];
}) {
  return (
    <Base.RadioGroup value={value} onValueChange={onChange}>
      {options.map((option) => (
        <Base.RadioItem key={option.value} value={option.value} closeOnClick className={ITEM}>
          {option.icon}
          <span className="flex-1 pr-4">{option.label}</span>
          <Base.RadioItemIndicator>
            <Check aria-hidden />
          </Base.RadioItemIndicator>
        </Base.RadioItem>
      ))}
    </Base.RadioGroup>
  );
}
