'use client';

import clsx from 'clsx';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useAttention } from './use-attention';
import { usePlaces } from './use-places';

/** The places on a narrow screen, under the thumb. The streams are on Overview. */
export function BottomNav() {
  const pathname = usePathname();
  const attention = useAttention();
  const places = usePlaces();
  return (
    <nav
      aria-label="Places"
      className="fixed inset-x-0 bottom-0 z-30 border-t bg-raised pb-[env(safe-area-inset-bottom)] lg:hidden"
    >
      <ul className="flex">
        {places.map(({ href, label, icon: Icon }) => {
          const here = pathname === href;
          const within = here || (href !== '/' && pathname.startsWith(`${href}/`));
          return (
            <li key={href} className="flex-1">
              <Link
                href={href}
                prefetch={false}
                aria-current={here ? 'page' : within ? 'true' : undefined}
                className={clsx(
                  'flex h-14 flex-col items-center justify-center gap-1 text-12 focus-visible:-outline-offset-2',
                  within ? 'font-medium text-accent-ink' : 'text-quiet',
                )}
              >
                <Icon aria-hidden className="size-5" />
                <span>
                  {label}
                  {href === '/' && attention.length > 0 && (
                    <span className="font-medium text-warn-ink">
                      {' '}
                      {attention.length}
                      <span className="sr-only"> need attention</span>
                    </span>
                  )}
                </span>
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
