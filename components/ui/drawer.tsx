'use client';

import { Dialog } from '@base-ui/react/dialog';
import { type ReactNode, useRef } from 'react';
import { DialogBackdrop, DialogHead } from './dialog-head';

interface Props {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  /** Beside the title, before the close button. */
  actions?: ReactNode;
  /** A modal drawer dims the page; without, the page beside it stays in use. */
  modal?: boolean;
  children: ReactNode;
}

/** Marks what scrolls in a drawer, for those inside who draw only what is in sight. */
export const DRAWER_SCROLLER = 'data-drawer-scroller';

/** A panel at the right edge for the details of one thing; the whole screen on a phone. */
export function Drawer({
  open,
  onOpenChange,
  title,
  description,
  actions,
  modal = false,
  children,
}: Props) {
  // Not what comes first: a tooltip or a menu of its own would take the next Escape.
  const close = useRef<HTMLButtonElement>(null);
  return (
    <Dialog.Root
      open={open}
      onOpenChange={onOpenChange}
      modal={modal}
      disablePointerDismissal={!modal}
    >
      <Dialog.Portal>
        {modal && <DialogBackdrop className="z-40" />}
        <Dialog.Popup
          // The keys of the page go on in it.
          data-beside-page={modal ? undefined : ''}
          initialFocus={close}
          className="fixed top-(--band-height) right-0 bottom-0 z-40 flex w-full flex-col border-l bg-raised shadow-float transition-[translate,opacity] ease-out outline-none data-ending-style:translate-x-4 data-ending-style:opacity-0 data-starting-style:translate-x-4 data-starting-style:opacity-0 sm:w-[min(40rem,calc(100vw-3rem))]"
        >
          <DialogHead closeRef={close} className="items-start! py-2">
            <div className="min-w-0 flex-1 self-center">
              <Dialog.Title className="truncate text-14 font-semibold">{title}</Dialog.Title>
              {description && (
                <Dialog.Description render={<div />} className="text-12 text-quiet">
                  {description}
                </Dialog.Description>
              )}
            </div>
            {actions}
          </DialogHead>
          <div
            {...{ [DRAWER_SCROLLER]: '' }}
            className="min-h-0 flex-1 overflow-y-auto overscroll-contain p-4"
          >
            {children}
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
