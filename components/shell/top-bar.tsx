'use client';

import Link from 'next/link';
import { StateMark } from '@/components/ui/state-mark';
import { Explain } from '@/components/ui/tooltip';
import { useHydrated } from '@/lib/browser/use-hydrated';
import { useSnapshot } from '@/lib/browser/use-snapshot';
import { formatLatency } from '@/lib/model/count';
import { ERROR_CODES } from '@/lib/model/errors';
import type { RedisState } from '@/lib/model/snapshot';
import type { Theme } from '@/lib/model/theme';
import { ProductMark } from './product-mark';
import { ThemeMenu } from './theme-menu';

/** The product, how Redis and the connection stand, and how the page looks. */
export function TopBar({ theme }: { theme: Theme }) {
  const { snapshot, silentSince } = useSnapshot();
  return (
    <header className="fixed inset-x-0 top-0 z-30 flex h-12 items-center gap-3 border-b bg-canvas px-3 text-12 lg:px-4">
      <Link href="/" className="flex items-center gap-2 rounded-md text-14 font-semibold">
        <ProductMark className="size-6" />
        <span>
          Shield<span className="max-sm:sr-only"> Dashboard</span>
        </span>
      </Link>
      <div className="ml-auto flex items-center gap-3 sm:gap-4">
        <RedisMark redis={snapshot.redis} />
        <ConnectionMark silent={silentSince !== null} />
        <Explain because="Times are in Coordinated Universal Time." side="bottom">
          <span className="text-quiet">UTC</span>
        </Explain>
        <ThemeMenu initial={theme} />
      </div>
    </header>
  );
}

function RedisMark({ redis }: { redis: RedisState }) {
  if (redis.status === 'down') {
    return (
      <Explain because={ERROR_CODES[redis.code].title} side="bottom">
        <StateMark tone="bad">Redis away</StateMark>
      </Explain>
    );
  }
  const version = redis.version ? `Redis ${redis.version}. ` : '';
  return (
    <Explain
      because={`${version}It answers; the time is that of its last answer to a ping.`}
      side="bottom"
    >
      <StateMark tone="calm">
        Redis{' '}
        {redis.latency_ms !== null && (
          <span className="min-w-12 tabular-nums">{formatLatency(redis.latency_ms)}</span>
        )}
      </StateMark>
    </Explain>
  );
}

function ConnectionMark({ silent }: { silent: boolean }) {
  const hydrated = useHydrated();
  return silent ? (
    <Explain because="The dashboard's server does not answer. Trying again." side="bottom">
      <StateMark tone="bad">offline</StateMark>
    </Explain>
  ) : (
    <Explain because="This page is kept up to date by itself." side="bottom">
      <StateMark tone="calm" className={hydrated ? 'max-sm:sr-only' : 'invisible max-sm:sr-only'}>
        live
      </StateMark>
    </Explain>
  );
}
