'use client';

import { Dialog } from '@base-ui/react/dialog';
import { Copy, Filter, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Button, ButtonAnchor, ButtonLink } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy-button';
import { DialogBackdrop, DialogHead } from '@/components/ui/dialog-head';
import { Drawer } from '@/components/ui/drawer';
import { Field, FilterInput, Input, Select, Textarea } from '@/components/ui/field';
import { IconButton } from '@/components/ui/icon-button';
import { Kbd } from '@/components/ui/kbd';
import { ListRow, ListTable, RowLink } from '@/components/ui/list-table';
import { Menu, MenuAction, MenuChoice, MenuLink, MenuText } from '@/components/ui/menu';
import { Popover } from '@/components/ui/popover';
import { SegmentedControl } from '@/components/ui/segmented-control';
import { SubmitSelect } from '@/components/ui/submit-select';
import { Cell, HeaderCell } from '@/components/ui/table';
import { NameLink, TextLink } from '@/components/ui/text-link';
import { Explain, Tooltip } from '@/components/ui/tooltip';
import { Specimen } from './specimen';

const VARIANTS = ['primary', 'secondary', 'quiet', 'danger'] as const;
const RANGES = [
  { value: '15m', label: '15 min' },
  { value: '1h', label: '1 h' },
] as const;
const ORDERS = [
  ['worst', 'Worst first'],
  ['name', 'By name'],
] as const;

/** What is pressed, typed into, chosen or opened. */
export function ControlSpecimens() {
  return (
    <>
      <Specimen name="Button, ButtonLink, ButtonAnchor">
        {VARIANTS.map((variant) => (
          <Button key={variant} variant={variant}>
            {variant}
          </Button>
        ))}
        <Button size="sm" icon={<Filter aria-hidden />}>
          small
        </Button>
        <Button disabled>disabled</Button>
        <ButtonLink href="/design" prefetch={false}>
          a link
        </ButtonLink>
        <ButtonAnchor href="/health">a way out</ButtonAnchor>
      </Specimen>
      <Specimen name="IconButton, CopyButton, Kbd">
        <IconButton label="Delete" icon={<Trash2 aria-hidden />} />
        <IconButton label="Copy it" size="sm" icon={<Copy aria-hidden />} />
        <IconButton label="Not now" disabled icon={<Trash2 aria-hidden />} />
        <CopyButton text="copied" label="Copy the word" />
        <Kbd>Ctrl</Kbd>
        <Kbd>K</Kbd>
      </Specimen>
      <Specimen name="TextLink, NameLink">
        <TextLink href="/design">a link in text</TextLink>
        <NameLink href="/design">a name with a page</NameLink>
      </Specimen>
      <Specimen name="Field, Input, Textarea, Select">
        <Field label="Plain" hint="What it is for." className="w-56">
          <Input placeholder="placeholder" />
        </Field>
        <Field label="Wrong" errors={['It must not be empty.']} className="w-56">
          <Input />
        </Field>
        <Field label="Disabled" optional className="w-56">
          <Input disabled defaultValue="not now" />
        </Field>
        <Field label="Longer" className="w-56">
          <Textarea rows={2} defaultValue={'two\nlines'} />
        </Field>
        <Field label="One of many" className="w-56">
          <Select defaultValue="b">
            <option>a</option>
            <option>b</option>
          </Select>
        </Field>
      </Specimen>
      <Specimen name="FilterInput, SubmitSelect">
        <form aria-label="What to show" className="flex gap-2">
          <FilterInput label="Text in the name" placeholder="filter by name" className="w-56!" />
          <SubmitSelect label="Order" options={ORDERS} />
        </form>
      </Specimen>
      <ListSpecimen />
      <OpenedSpecimens />
    </>
  );
}

function ListSpecimen() {
  const [opened, setOpened] = useState('second');
  return (
    <Specimen name="ListTable, ListRow, RowLink">
      <div className="w-full">
        <ListTable
          head={
            <>
              <HeaderCell className="w-48">Id</HeaderCell>
              <HeaderCell className="w-auto">What it is</HeaderCell>
            </>
          }
        >
          {['first', 'second', 'third'].map((id) => (
            <ListRow key={id} isOpen={id === opened}>
              <Cell className="font-mono text-12 max-md:p-0">
                <RowLink href="/design" onOpen={() => setOpened(id)}>
                  {id}
                </RowLink>
              </Cell>
              <Cell className="max-md:p-0">{id === opened ? 'opened' : 'opens when pressed'}</Cell>
            </ListRow>
          ))}
        </ListTable>
      </div>
    </Specimen>
  );
}

function OpenedSpecimens() {
  const [range, setRange] = useState<'15m' | '1h'>('15m');
  const [isPopoverOpen, setPopoverOpen] = useState(false);
  const [drawer, setDrawer] = useState<'beside' | 'modal' | null>(null);
  return (
    <>
      <Specimen name="SegmentedControl, Menu, MenuText, MenuAction, MenuChoice, MenuLink">
        <SegmentedControl label="Time shown" value={range} onChange={setRange} options={RANGES} />
        <Menu trigger={<Button>choices</Button>}>
          <MenuChoice value={range} onChange={setRange} options={RANGES} />
        </Menu>
        <Menu trigger={<Button>links</Button>}>
          <MenuText>What it is about</MenuText>
          <MenuLink href="/design">A page</MenuLink>
          <MenuAction hint="what it does" onClick={() => setRange('1h')}>
            Do it
          </MenuAction>
        </Menu>
      </Specimen>
      <Specimen name="Tooltip, Explain, Popover, Drawer, DialogHead, DialogBackdrop">
        <Tooltip content="What it does">
          <Button>named on hover</Button>
        </Tooltip>
        <Explain because="Counted a minute ago.">≈ 1,204</Explain>
        <Popover
          label="A panel"
          open={isPopoverOpen}
          onOpenChange={setPopoverOpen}
          trigger={<Button>panel</Button>}
        >
          What stands in it.
        </Popover>
        <Button onClick={() => setDrawer('beside')}>drawer beside</Button>
        <Button onClick={() => setDrawer('modal')}>drawer over</Button>
        <Drawer
          open={drawer !== null}
          onOpenChange={(open) => !open && setDrawer(null)}
          title="One thing"
          description="Where it belongs"
          modal={drawer === 'modal'}
        >
          Its details.
        </Drawer>
        <Dialog.Root>
          <Dialog.Trigger render={<Button>dialog</Button>} />
          <Dialog.Portal>
            <DialogBackdrop className="z-50" />
            <Dialog.Popup className="fixed top-1/2 left-1/2 z-50 w-88 -translate-1/2 rounded-md border border-line-strong bg-raised shadow-float outline-none">
              <DialogHead>
                <Dialog.Title className="flex-1 text-14 font-semibold">One thing</Dialog.Title>
              </DialogHead>
              <p className="p-4 text-13">What stands in it.</p>
            </Dialog.Popup>
          </Dialog.Portal>
        </Dialog.Root>
      </Specimen>
    </>
  );
}
