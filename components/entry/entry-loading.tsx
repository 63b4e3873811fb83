import { Skeleton } from '@/components/ui/skeleton';

const FIELDS = ['w-20', 'w-28', 'w-16'];

/** Holds the place of an entry's fields. */
export function EntryLoading() {
  return (
    <div className="flex flex-col gap-6">
      {FIELDS.map((width) => (
        <div key={width} className="flex flex-col gap-2">
          <Skeleton className={width} />
          <Skeleton className="h-9" />
        </div>
      ))}
    </div>
  );
}
