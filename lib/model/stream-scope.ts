import { z } from 'zod';
import { globMatcher } from './filter-glob';
import { canonicalName } from './name';
import type { Snapshot } from './snapshot';

/** Globs of the streams there are for somebody; absent for all. */
export interface StreamScope {
  streams?: readonly string[];
}

/** What a scope may take in a session's cookie, where it comes from a provider; bytes as JSON. */
export const SCOPE_BYTES_MAX = 1_000;

export function scopeBytes({ streams }: StreamScope): number {
  return streams ? new TextEncoder().encode(JSON.stringify(streams)).length : 0;
}

/**
 * Reads `prod:*;billing`, or a list with a glob each; `*` is all streams. Null for what names none: never
 * taken for all.
 */
export function parseStreamScope(given: unknown): StreamScope | null {
  const parsed = globs.safeParse(typeof given === 'string' ? globsOf(given) : given);
  if (!parsed.success) return null;
  return parsed.data.includes('*') ? {} : { streams: parsed.data };
}

const globs = z.array(z.string().min(1)).min(1);

function globsOf(text: string): string[] {
  return text
    .split(';')
    .map((glob) => glob.trim())
    .filter(Boolean);
}

/** Who may see other streams than before has to come in again, as with another role. */
export function isSameScope(a: StreamScope | null, b: StreamScope | null): boolean {
  return JSON.stringify(a?.streams) === JSON.stringify(b?.streams);
}

/** Whether a stream may be seen; the name in any of its spellings. */
export type Sees = (stream: string) => boolean;

/** Streams by globs over their names as they are shown, where `*` stands for any characters. */
export function seesByGlobs(wanted: readonly string[]): Sees {
  const matchers = wanted.map((glob) => globMatcher(glob.split('*')));
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
