import type { Metadata } from 'next';
import { ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { PageHeader } from '@/components/ui/page-header';

export const metadata: Metadata = { title: 'Nothing is here' };

export default function NotFound() {
  return (
    <>
      <PageHeader title="Nothing is here" />
      <EmptyState
        title="The address names no page"
        action={
          <ButtonLink href="/" variant="primary">
            Go to Overview
          </ButtonLink>
        }
      >
        Streams and groups that exist are on Overview.
      </EmptyState>
    </>
  );
}
