'use client';

import { Dialog } from '@base-ui/react/dialog';
import { DialogBackdrop, DialogHead } from '@/components/ui/dialog-head';
import { Kbd } from '@/components/ui/kbd';
import { useIsMac } from '@/lib/browser/use-is-mac';
import { KEY_BINDINGS, KEY_IDS, type KeyBinding, keyLabels } from '@/lib/model/keys';

interface Props {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

const BINDINGS: KeyBinding[] = KEY_IDS.map((id) => KEY_BINDINGS[id]);
const PLACES = [...new Set(BINDINGS.map(({ where }) => where))];

/** Every key the pages listen for, by where it does something. */
export function KeyList({ open, onOpenChange }: Props) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <DialogBackdrop className="z-50" />
        <Dialog.Popup className="fixed top-1/2 left-1/2 z-50 flex max-h-[calc(100dvh-2rem)] w-[min(46rem,calc(100vw-1rem))] -translate-1/2 flex-col rounded-md border border-line-strong bg-raised shadow-float outline-none">
          <DialogHead>
            <Dialog.Title className="flex-1 text-14 font-semibold">Keys</Dialog.Title>
          </DialogHead>
          <section
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
            tabIndex={0}
            aria-label="All keys"
            className="gap-x-8 overflow-y-auto p-4 sm:columns-2"
          >
            {PLACES.map((place) => (
              <div key={place} className="mb-4 break-inside-avoid">
                <h3 className="mb-1 text-12 font-medium text-quiet">{place}</h3>
                <dl className="flex flex-col">
                  {BINDINGS.filter(({ where }) => where === place).map((binding) => (
                    <KeyLine key={binding.does} binding={binding} />
                  ))}
                </dl>
              </div>
            ))}
            <p className="text-12 text-quiet">
              Tab reaches everything, Enter opens it, Esc closes what is open.
            </p>
          </section>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function KeyLine({ binding: { keys, does } }: { binding: KeyBinding }) {
  const isMac = useIsMac();
  return (
    <div className="flex min-h-7 items-center justify-between gap-4 text-13">
      <dt>{does}</dt>
      <dd className="flex shrink-0 items-center gap-1.5 text-12 text-faint">
        {keys.map((key, at) => (
          <span key={key} className="flex items-center gap-1">
            {at > 0 && <span className="mr-0.5">or</span>}
            {keyLabels(key, isMac).map((label) => (
              <Kbd key={label}>{label}</Kbd>
            ))}
          </span>
        ))}
      </dd>
    </div>
  );
}
