'use client';

import { ChevronDown, Download } from 'lucide-react';
import { Button, ButtonLink } from '@/components/ui/button';
import { Menu, MenuLink } from '@/components/ui/menu';
import { useHydrated } from '@/lib/browser/use-hydrated';
import { underBasePath } from '@/lib/model/base-path';
import { downloadHref } from '@/lib/model/stream-href';

interface Props {
  stream: string;
  filter: string;
  fromMs?: number | undefined;
  toMs?: number | undefined;
  /** As high as what stands beside it. */
  size?: 'sm' | 'md';
}

/** What the filter matches as a file, in one of three forms. */
export function DownloadMenu({ stream, size = 'sm', ...query }: Props) {
  const hydrated = useHydrated();
  const ndjson = downloadHref(stream, { ...query, format: 'ndjson' });
  const csv = (safe: boolean) => downloadHref(stream, { ...query, format: 'csv', safe });
  if (!hydrated) {
    return (
      <ButtonLink size={size} href={ndjson} prefetch={false} icon={<Download aria-hidden />}>
        NDJSON
      </ButtonLink>
    );
  }
  return (
    <Menu
      trigger={
        <Button size={size} icon={<Download aria-hidden />} aria-label="Download what matches">
          NDJSON
          <ChevronDown aria-hidden />
        </Button>
      }
    >
      <MenuLink download href={underBasePath(ndjson)}>
        NDJSON, exact
      </MenuLink>
      <MenuLink download href={underBasePath(csv(false))}>
        CSV, exact
      </MenuLink>
      <MenuLink download href={underBasePath(csv(true))}>
        CSV for spreadsheets, formulas made text
      </MenuLink>
    </Menu>
  );
}
