'use client';

import { Bookmark, Pencil, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Input } from '@/components/ui/field';
import { IconButton } from '@/components/ui/icon-button';
import { Popover } from '@/components/ui/popover';
import {
  deleteFilter,
  renameFilter,
  saveFilter,
  useSavedFilters,
} from '@/lib/browser/saved-filters';
import { pressedKey } from '@/lib/model/keys';

interface Props {
  /** What stands in the box. */
  filter: string;
  isValid: boolean;
  onChoose: (filter: string) => void;
}

/** Filters kept in this browser: those with a name, and the last ones used. */
export function SavedFiltersMenu({ filter, isValid, onChoose }: Props) {
  const [open, setOpen] = useState(false);
  const { recent, named } = useSavedFilters();
  const choose = (chosen: string) => {
    setOpen(false);
    onChoose(chosen);
  };
  return (
    <Popover
      label="Saved filters"
      open={open}
      onOpenChange={setOpen}
      trigger={<IconButton label="Saved filters" icon={<Bookmark aria-hidden />} />}
    >
      {filter !== '' && isValid && (
        <NameForm
          label="Save this filter as"
          action="Save"
          onName={(name) => saveFilter(name, filter)}
        />
      )}
      <Group title="Named">
        {named.map((one) => (
          <NamedFilter key={one.name} {...one} onChoose={choose} />
        ))}
      </Group>
      <Group title="Recent">
        {recent.map((one) => (
          <li key={one}>
            <Choice filter={one} onChoose={choose} />
          </li>
        ))}
      </Group>
      {named.length + recent.length === 0 && (
        <p className="px-2 py-1 text-quiet">
          None yet. Filters that were applied are remembered in this browser.
        </p>
      )}
    </Popover>
  );
}

function Group({ title, children }: { title: string; children: ReactNode[] }) {
  if (children.length === 0) return null;
  return (
    <>
      <h2 className="px-2 pt-2 pb-1 text-12 font-medium text-quiet">{title}</h2>
      <ul aria-label={`${title} filters`}>{children}</ul>
    </>
  );
}

function NamedFilter({
  name,
  filter,
  onChoose,
}: {
  name: string;
  filter: string;
  onChoose: (filter: string) => void;
}) {
  const [isRenaming, setRenaming] = useState(false);
  if (isRenaming) {
    return (
      <li>
        <NameForm
          label={`New name of ${name}`}
          action="Rename"
          first={name}
          onName={(to) => {
            renameFilter(name, to);
            setRenaming(false);
          }}
        />
      </li>
    );
  }
  return (
    <li className="flex items-center">
      <Choice name={name} filter={filter} onChoose={onChoose} />
      <IconButton
        size="sm"
        label={`Rename ${name}`}
        icon={<Pencil aria-hidden />}
        onClick={() => setRenaming(true)}
      />
      <IconButton
        size="sm"
        label={`Delete ${name}`}
        icon={<Trash2 aria-hidden />}
        onClick={() => deleteFilter(name)}
      />
    </li>
  );
}

function Choice({
  name,
  filter,
  onChoose,
}: {
  name?: string;
  filter: string;
  onChoose: (filter: string) => void;
}) {
  return (
    <button
      type="button"
      className="flex min-h-8 w-full min-w-0 items-center gap-2 rounded-md px-2 text-left hover:bg-hover"
      onClick={() => onChoose(filter)}
    >
      {name !== undefined && <span className="shrink-0 font-medium">{name}</span>}
      <code className="truncate font-mono text-12 text-quiet">{filter}</code>
    </button>
  );
}

/** Not a form: it may stand within one. */
function NameForm({
  label,
  action,
  first = '',
  onName,
}: {
  label: string;
  action: string;
  first?: string;
  onName: (name: string) => void;
}) {
  const [name, setName] = useState(first);
  const submit = () => {
    onName(name);
    setName('');
  };
  return (
    <div className="flex gap-1 p-1">
      <Input
        aria-label={label}
        placeholder={label}
        value={name}
        maxLength={60}
        onChange={(event) => setName(event.target.value)}
        onKeyDown={(event) => {
          if (!pressedKey(event, ['rename'])) return;
          event.preventDefault();
          submit();
        }}
      />
      <Button disabled={name.trim() === ''} onClick={submit}>
        {action}
      </Button>
    </div>
  );
}
