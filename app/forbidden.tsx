import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { readActor } from '@/app/enter-page';
import { ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { PageHeader } from '@/components/ui/page-header';
import { REFUSAL_HEADER } from '@/lib/http/respond';
import { getRuntime } from '@/lib/runtime';

export const metadata: Metadata = { title: 'Not for your role' };

/** A page beyond the role of who asked for it: what it needs, and who they are. */
export default async function Forbidden() {
  const actor = await readActor();
  // Without server.ts the header would be the client's own word.
  const refusal = getRuntime().knowsAddresses ? (await headers()).get(REFUSAL_HEADER) : null;
  return (
    <>
      <PageHeader title="Not for your role" />
      <EmptyState
        title={refusal ?? 'This page needs another role than yours'}
        action={
          <ButtonLink href="/" variant="primary">
            Go to Overview
          </ButtonLink>
        }
      >
        {actor && `You are ${actor.name}. `}
        Whoever keeps the users of this dashboard can give you another role.
      </EmptyState>
    </>
  );
}
