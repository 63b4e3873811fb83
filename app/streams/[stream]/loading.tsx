import { StreamLoading } from '@/components/stream/stream-loading';

export default function Loading() {
  return <StreamLoading />;
}
