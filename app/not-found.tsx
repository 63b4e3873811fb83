import type { Metadata } from 'next';
import { ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';

export const metadata: Metadata = { title: 'Nothing is here' };

export default function NotFound() {
  return (
    <EmptyState
      title="Nothing is here"
      action={
        <ButtonLink href="/" variant="primary">
          Go to Overview
        </ButtonLink>
      }
    >
      The address names no page of the dashboard. Streams and groups that exist are on Overview.
    </EmptyState>
  );
}
