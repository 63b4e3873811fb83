'use client';

import { type RefObject, useEffect, useRef } from 'react';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import { Timestamp } from '@/components/ui/timestamp';
import { leaveFor, pageUrl } from '@/lib/browser/page-url';
import { useSignedOut } from '@/lib/browser/signed-out';
import { useSnapshot } from '@/lib/browser/use-snapshot';
import { explainRedisTrouble } from '@/lib/model/redis-trouble';
import { signInHref } from '@/lib/model/sign-in-href';
import { sitePath } from '@/lib/model/site-path';
import type { RedisState } from '@/lib/model/snapshot';

/** On every page, while Redis or the dashboard's own server is away. Goes when they are back. */
export function StateBanner() {
  const { snapshot, delivery } = useSnapshot();
  const isSignedOut = useSignedOut();
  const ref = useRef<HTMLDivElement>(null);
  useBannerHeight(ref);
  const numbers = <NumbersFrom sampledAt={snapshot.sampled_at} />;
  return (
    <div ref={ref} role="status" className="z-20 empty:hidden lg:sticky lg:top-(--head-height)">
      {isSignedOut ? (
        <SignedOut>{numbers}</SignedOut>
      ) : delivery.by === 'none' ? (
        <Banner
          title={
            <>
              The dashboard’s server has not answered since{' '}
              <Timestamp at={delivery.since} withZone asClock />.
            </>
          }
        >
          Trying again every two seconds. {numbers}
        </Banner>
      ) : (
        snapshot.redis.status === 'down' && (
          <RedisBanner redis={snapshot.redis}>{numbers}</RedisBanner>
        )
      )}
    </div>
  );
}

/** Tells the page how much of the screen the banner takes: `--banner-height`, in pixels. */
function useBannerHeight(ref: RefObject<HTMLDivElement | null>) {
  useEffect(() => {
    const banner = ref.current;
    if (!banner) return;
    const { style } = document.documentElement;
    const observer = new ResizeObserver(() => {
      style.setProperty('--banner-height', `${banner.offsetHeight}px`);
    });
    observer.observe(banner);
    return () => {
      observer.disconnect();
      style.removeProperty('--banner-height');
    };
  }, [ref]);
}

/** The page keeps what stands in it until the reader goes. */
function SignedOut({ children }: { children: React.ReactNode }) {
  const signIn = () => leaveFor(signInHref(sitePath(pageUrl())));
  return (
    <Notice
      tone="warn"
      title="Your session has ended."
      className="rounded-none border-x-0 border-t-0 px-4 lg:px-6"
      actions={
        <Button size="sm" onClick={signIn}>
          Sign in again
        </Button>
      }
    >
      This page is no longer kept up to date. {children}
    </Notice>
  );
}

function RedisBanner({
  redis,
  children,
}: {
  redis: Extract<RedisState, { status: 'down' }>;
  children: React.ReactNode;
}) {
  const trouble = explainRedisTrouble(redis.code);
  return (
    <Banner
      title={
        <>
          {trouble.what} since <Timestamp at={redis.since} withZone asClock />.
        </>
      }
    >
      <p>Trying again; this page heals by itself. {children}</p>
      <p>
        {trouble.cure}{' '}
        <code className="font-mono text-12 whitespace-nowrap text-faint">{redis.code}</code>
      </p>
    </Banner>
  );
}

function Banner({ title, children }: { title: React.ReactNode; children: React.ReactNode }) {
  return (
    <Notice tone="bad" title={title} className="rounded-none border-x-0 border-t-0 px-4 lg:px-6">
      {children}
    </Notice>
  );
}

function NumbersFrom({ sampledAt }: { sampledAt: string | null }) {
  return sampledAt === null ? (
    <>No numbers have been read yet.</>
  ) : (
    <>
      Numbers below are from <Timestamp at={sampledAt} asClock />.
    </>
  );
}
