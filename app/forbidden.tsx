import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { isGuarded, readActor } from '@/app/enter-page';
import { ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { PageHeader } from '@/components/ui/page-header';
import { REFUSAL_HEADER } from '@/lib/http/respond';

export const metadata: Metadata = { title: 'Not for your role' };

/** A page beyond the role of who asked for it: what it needs, and who they are. */
export default async function Forbidden() {
  if (!isGuarded()) {
    return (
      <EmptyState title="No page is shown by this process">
        It was started by next start, which guards none. Start the dashboard with npm start.
      </EmptyState>
    );
  }
  const actor = await readActor();
  const refusal = (await headers()).get(REFUSAL_HEADER);
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
