import { globMatcher } from './filter-glob';
import { canonicalName } from './name';
import type { Snapshot } from './snapshot';

/** Whether a stream may be seen; the name in any of its spellings. */
export type Sees = (stream: string) => boolean;

/** Streams by globs over their names as they are shown, where `*` stands for any characters. */
export function seesByGlobs(globs: readonly string[]): Sees {
  const matchers = globs.map((glob) => globMatcher(glob.split('*')));
  return (stream) => {
    const name = canonicalName(stream);
    return matchers.some((matches) => matches(name));
  };
}

/** How things stand, for somebody who may see some streams; null sees all. */
export function seenSnapshot(snapshot: Snapshot, sees: Sees | null): Snapshot {
  if (sees === null) return snapshot;
  return { ...snapshot, streams: snapshot.streams.filter(({ name }) => sees(name)) };
}
