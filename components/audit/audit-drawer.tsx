'use client';

import { useState } from 'react';
import { type EntryList, EntryWalk } from '@/components/entry/entry-walk';
import { useFocusBack } from '@/components/entry/use-focus-back';
import { Drawer } from '@/components/ui/drawer';
import { Timestamp } from '@/components/ui/timestamp';
import { type AuditAct, actionWords } from '@/lib/model/audit-page';
import type { EntryId } from '@/lib/model/entry-id';
import { AuditDetail } from './audit-detail';

interface Props {
  /** The entry that is open; null for none. */
  id: EntryId | null;
  /** What it holds; null where that is not known. */
  act: AuditAct | null;
  asOf: string;
  list: EntryList;
  onClose: () => void;
}

/** One act beside the list it was found in. The page stays in use. */
export function AuditDrawer({ id, act, asOf, list, onClose }: Props) {
  // What was open stays drawn while the drawer leaves.
  const [shown, setShown] = useState({ id, act });
  if (id !== null && (id !== shown.id || act !== shown.act)) setShown({ id, act });
  useFocusBack(id);
  return (
    <Drawer
      open={id !== null}
      onOpenChange={(open) => !open && onClose()}
      title={shown.act ? actionWords(shown.act.action) : shown.id}
      description={shown.act && <Timestamp at={shown.act.at} show="full" withZone />}
      actions={id !== null && <EntryWalk id={id} list={list} />}
    >
      {shown.act ? (
        <AuditDetail act={shown.act} asOf={asOf} />
      ) : (
        <p className="text-13 text-quiet">
          This record is not here: it was trimmed, or it cannot be read now.
        </p>
      )}
    </Drawer>
  );
}
