import { createContext, use } from 'react';
import type { Snapshot, StreamSnapshot } from '@/lib/model/snapshot';
import type { Delivery } from './snapshot-source';

export interface SnapshotView {
  snapshot: Snapshot;
  delivery: Delivery;
}

export const SnapshotContext = createContext<SnapshotView | null>(null);
/** Milliseconds since Redis was last heard, by the second; null until mounted or never heard. */
export const SampleAgeContext = createContext<number | null>(null);

/** How things stand, kept up to date. Inside `SnapshotProvider`. */
export function useSnapshot(): SnapshotView {
  const view = use(SnapshotContext);
  if (!view) throw new Error('useSnapshot stands outside SnapshotProvider');
  return view;
}

/** One stream of the snapshot; null where it is not among those watched or found. */
export function useStreamSnapshot(name: string): StreamSnapshot | null {
  return useSnapshot().snapshot.streams.find((stream) => stream.name === name) ?? null;
}

/** How old the snapshot is, in milliseconds; see `SampleAgeContext`. */
export function useSampleAge(): number | null {
  return use(SampleAgeContext);
}
