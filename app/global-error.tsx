'use client';

import './globals.css';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';

/** The frame itself failed: stands alone, without the shell. */
export default function FrameFailed() {
  return (
    <html lang="en">
      <body className="p-6">
        <title>The dashboard failed · Shield Dashboard</title>
        <Notice
          role="alert"
          tone="bad"
          title="The dashboard failed to show this page."
          actions={
            <Button variant="primary" onClick={() => location.reload()}>
              Load it again
            </Button>
          }
        >
          Redis and the streams are not affected. The dashboard’s log has the cause.
        </Notice>
      </body>
    </html>
  );
}
