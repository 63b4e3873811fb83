'use client';

import clsx from 'clsx';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import type { ReactNode } from 'react';
import { VisibleText } from '@/components/entry/visible-text';
import { SEVERITY_TONES } from '@/components/group/severity-tone';
import { Kbd } from '@/components/ui/kbd';
import { ToneIcon } from '@/components/ui/tone';
import { runPageKey } from '@/lib/browser/page-keys';
import { useSnapshot } from '@/lib/browser/use-snapshot';
import { KEY_BINDINGS } from '@/lib/model/keys';
import { streamPageHref } from '@/lib/model/stream-href';
import { visibleText } from '@/lib/model/visible-text';
import { useAttention } from './use-attention';
import { usePlaces } from './use-places';

/** The places and the streams; a stream in trouble is marked. */
export function SideNav() {
  const { snapshot } = useSnapshot();
  const attention = useAttention();
  const places = usePlaces();
  return (
    <nav
      aria-label="Places"
      className="fixed top-(--head-height) bottom-0 left-0 hidden w-56 flex-col gap-5 overflow-y-auto border-r bg-canvas p-3 lg:flex"
    >
      <ul className="flex flex-col gap-px">
        {places.map(({ href, label, icon: Icon }) => (
          <NavItem key={href} href={href}>
            <Icon aria-hidden className="size-4 shrink-0 text-mark" />
            {label}
          </NavItem>
        ))}
      </ul>
      <div>
        <h2 className="px-2 pb-1 text-12 font-medium text-faint">Streams</h2>
        <ul className="flex flex-col gap-px">
          {snapshot.streams.map(({ name }) => {
            const severity = attention.find((finding) => finding.stream === name)?.severity;
            return (
              <NavItem key={name} href={streamPageHref(name)}>
                <span className="min-w-0 flex-1 truncate" title={visibleText(name)}>
                  <VisibleText text={name} />
                </span>
                {severity && (
                  <>
                    <ToneIcon tone={SEVERITY_TONES[severity]} />
                    <span className="sr-only">, needs attention</span>
                  </>
                )}
              </NavItem>
            );
          })}
        </ul>
        {snapshot.streams.length === 0 && <p className="px-2 text-12 text-faint">None yet.</p>}
      </div>
      <button
        type="button"
        aria-haspopup="dialog"
        onClick={() => runPageKey('keys')}
        className="mt-auto flex h-8 shrink-0 items-center justify-between rounded-md px-2 text-13 text-quiet hover:bg-hover hover:text-ink"
      >
        Keys <Kbd>{KEY_BINDINGS.keys.keys[0]}</Kbd>
      </button>
    </nav>
  );
}

function NavItem({ href, children }: { href: string; children: ReactNode }) {
  const pathname = usePathname();
  const here = pathname === href;
  // A group's page belongs to its stream.
  const within = here || pathname.startsWith(`${href}/`);
  return (
    <li>
      <Link
        href={href}
        prefetch={false}
        aria-current={here ? 'page' : within ? 'true' : undefined}
        className={clsx(
          'flex h-8 items-center gap-2.5 rounded-md px-2 text-13',
          within
            ? 'bg-accent-tint font-medium text-accent-ink [&_svg:first-child]:text-accent'
            : 'text-quiet hover:bg-hover hover:text-ink',
        )}
      >
        {children}
      </Link>
    </li>
  );
}
