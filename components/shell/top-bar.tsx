'use client';

import clsx from 'clsx';
import Link from 'next/link';
import { StateMark } from '@/components/ui/state-mark';
import { Explain } from '@/components/ui/tooltip';
import type { Delivery } from '@/lib/browser/snapshot-source';
import { useSnapshot } from '@/lib/browser/use-snapshot';
import { formatLatency } from '@/lib/model/count';
import type { Environment } from '@/lib/model/environment';
import { ERROR_CODES } from '@/lib/model/errors';
import type { RedisState } from '@/lib/model/snapshot';
import type { Theme } from '@/lib/model/theme';
import { AccountMenu } from './account-menu';
import { CommandCenter } from './command-center';
import { EnvironmentBand } from './environment-band';
import { ProductMark } from './product-mark';
import { ThemeMenu } from './theme-menu';
import { TimesMenu } from './times-menu';

interface Props {
  environment: Environment | null;
  theme: Theme;
}

/** The product, how Redis and the connection stand, and how the page looks. */
export function TopBar({ environment, theme }: Props) {
  const { snapshot, delivery } = useSnapshot();
  return (
    <header className="fixed inset-x-0 top-0 z-30 bg-canvas">
      {environment && <EnvironmentBand environment={environment} />}
      <div className="flex h-12 items-center gap-3 border-b px-3 text-12 lg:px-4">
        <Link href="/" className="flex items-center gap-2 rounded-md text-14 font-semibold">
          <ProductMark className="size-6" />
          <span>
            Shield<span className="max-sm:sr-only"> Dashboard</span>
          </span>
        </Link>
        <div className="ml-auto flex items-center gap-3 sm:gap-4">
          <CommandCenter />
          <RedisMark redis={snapshot.redis} isKnown={delivery.by !== 'none'} />
          <ConnectionMark delivery={delivery} />
          <div className="flex items-center gap-1">
            <TimesMenu />
            <ThemeMenu initial={theme} />
            <AccountMenu />
          </div>
        </div>
      </div>
    </header>
  );
}

function RedisMark({ redis, isKnown }: { redis: RedisState; isKnown: boolean }) {
  if (!isKnown) {
    return (
      <Explain
        because="The dashboard’s server tells how Redis stands, and does not answer."
        side="bottom"
      >
        <StateMark tone="unknown">Redis ?</StateMark>
      </Explain>
    );
  }
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

function ConnectionMark({ delivery }: { delivery: Delivery }) {
  switch (delivery.by) {
    case 'none':
      return (
        <Explain because="The dashboard's server does not answer. Trying again." side="bottom">
          <StateMark tone="bad">offline</StateMark>
        </Explain>
      );
    case 'polling':
      return (
        <Explain
          because={`${delivery.reason ?? 'The live connection brings no numbers.'} They are asked for every two seconds until it does.`}
          side="bottom"
        >
          <StateMark tone="warn">polling</StateMark>
        </Explain>
      );
    default:
      return (
        <Explain because="This page is kept up to date by itself." side="bottom">
          <StateMark
            tone="calm"
            className={clsx('max-sm:sr-only', delivery.by === 'nothing_yet' && 'invisible')}
          >
            live
          </StateMark>
        </Explain>
      );
  }
}
