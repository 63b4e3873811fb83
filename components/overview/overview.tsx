import { PageHeader } from '@/components/ui/page-header';
import { NeedsAttention } from './needs-attention';
import { Streams } from './streams';

/** Is anything wrong? Then the streams and their groups, with figures. */
export function Overview() {
  return (
    <>
      <PageHeader title="Overview" />
      <NeedsAttention />
      <Streams />
    </>
  );
}
