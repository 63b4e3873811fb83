import { Skeleton } from '@/components/ui/skeleton';

const ROWS = Array.from({ length: 12 }, (_, row) => row);

/** Holds the place of a stream's page: head, figures, groups, entries. */
export function StreamLoading() {
  return (
    <div aria-busy>
      <p role="status" className="sr-only">
        Loading the stream
      </p>
      <Skeleton className="mt-1 mb-6 h-7 w-64" />
      <Skeleton className="mb-6 h-16" />
      <Skeleton className="mb-2 w-36" />
      <Skeleton className="mb-6 h-40" />
      <div className="flex flex-col gap-3">
        {ROWS.map((row) => (
          <Skeleton key={row} />
        ))}
      </div>
    </div>
  );
}
