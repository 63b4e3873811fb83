import { createContext, use } from 'react';
import type { PageFeed } from './page-feed';

export const PageFeedContext = createContext<PageFeed | null>(null);

/** The page's live connection. Inside `SnapshotProvider`. */
export function usePageFeed(): PageFeed {
  const feed = use(PageFeedContext);
  if (!feed) throw new Error('usePageFeed stands outside SnapshotProvider');
  return feed;
}
