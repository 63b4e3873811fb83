'use client';

import { Button, ButtonLink } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import { PageHeader } from '@/components/ui/page-header';

interface Props {
  error: unknown;
  retry: () => void;
}

/** A page that failed. What the server threw stays in its log; the digest finds it there. */
export default function PageFailed({ error, retry }: Props) {
  const digest = error instanceof Error && 'digest' in error ? String(error.digest) : null;
  return (
    <>
      <PageHeader title="This page failed" />
      <Notice
        role="alert"
        tone="bad"
        title="It could not be shown."
        actions={
          <>
            <Button variant="primary" onClick={retry}>
              Try again
            </Button>
            <ButtonLink href="/">Go to Overview</ButtonLink>
          </>
        }
      >
        Nothing was changed in Redis by showing it. The dashboard’s log has the cause
        {digest && (
          <>
            {' '}
            under <code className="font-mono text-12">{digest}</code>
          </>
        )}
        .
      </Notice>
    </>
  );
}
