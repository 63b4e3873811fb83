'use client';

import { Tooltip as Base } from '@base-ui/react/tooltip';
import clsx from 'clsx';
import { type ReactElement, type ReactNode, useState } from 'react';

type Side = 'top' | 'bottom' | 'left' | 'right';

function Popup({ content, side }: { content: ReactNode; side: Side }) {
  return (
    <Base.Portal>
      <Base.Positioner side={side} sideOffset={6} collisionPadding={8} className="z-50">
        <Base.Popup className="max-w-80 whitespace-pre-line rounded-md border border-line-strong bg-raised px-2.5 py-1.5 text-12 text-ink shadow-float transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0">
          {content}
        </Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  );
}

/** Names a control for those who see it. The control keeps an accessible name of its own. */
export function Tooltip({
  content,
  side = 'bottom',
  delayMs = 400,
  children,
}: {
  content: ReactNode;
  side?: Side;
  delayMs?: number;
  children: ReactElement;
}) {
  return (
    <Base.Root>
      <Base.Trigger render={children} delay={delayMs} />
      <Popup content={content} side={side} />
    </Base.Root>
  );
}

/**
 * A word or figure that says more about itself: on hover, on focus, on touch, and to a screen
 * reader as part of its text.
 */
export function Explain({
  because,
  side = 'top',
  className,
  children,
}: {
  because: string;
  side?: Side;
  className?: string;
  children: ReactNode;
}) {
  const [open, setOpen] = useState(false);
  return (
    <Base.Root open={open} onOpenChange={setOpen}>
      <Base.Trigger
        delay={150}
        closeOnClick={false}
        onClick={() => setOpen(true)}
        className={clsx(
          'inline-flex min-h-6 cursor-help items-center rounded-md text-left [font:inherit] decoration-mark decoration-dotted underline-offset-4 hover:underline focus-visible:underline',
          className,
        )}
      >
        {children}
        <span className="sr-only">: {because}</span>
      </Base.Trigger>
      <Popup content={because} side={side} />
    </Base.Root>
  );
}
