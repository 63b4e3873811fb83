import { Notice } from '@/components/ui/notice';

/** What of the page's address could not be followed, and what is shown instead. */
export function AddressMistakes({
  mistakes,
  showing,
}: {
  mistakes: readonly string[];
  showing: string;
}) {
  if (mistakes.length === 0) return null;
  return (
    <Notice tone="warn" title="The address asks for what cannot be read." className="mb-2">
      {mistakes.join(' ')} Showing {showing}.
    </Notice>
  );
}
