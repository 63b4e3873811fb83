'use client';

import { Dialog } from '@base-ui/react/dialog';
import clsx from 'clsx';
import { X } from 'lucide-react';
import type { ReactNode, RefObject } from 'react';

interface Props {
  closeRef?: RefObject<HTMLButtonElement | null>;
  className?: string;
  /** What it is, and what can be done with it. */
  children: ReactNode;
}

/** The head of what floats over a page, with the way out at its end. */
export function DialogHead({ closeRef, className, children }: Props) {
  return (
    <div
      className={clsx('flex min-h-12 shrink-0 items-center gap-2 border-b pr-2 pl-4', className)}
    >
      {children}
      <Dialog.Close
        ref={closeRef}
        aria-label="Close"
        className="inline-flex size-8 shrink-0 items-center justify-center rounded-md text-quiet hover:bg-hover hover:text-ink"
      >
        <X aria-hidden className="size-4" />
      </Dialog.Close>
    </div>
  );
}

/** What lies between it and the page. */
export function DialogBackdrop({ className }: { className: string }) {
  return (
    <Dialog.Backdrop
      className={clsx(
        'fixed inset-0 bg-veil transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0',
        className,
      )}
    />
  );
}
