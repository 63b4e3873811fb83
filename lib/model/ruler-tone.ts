import { findAttention } from './attention';
import type { StreamSnapshot } from './snapshot';

/** `calm` has no colour. */
export type RulerTone = 'calm' | 'warn' | 'bad';

/** What is wrong with each group of a stream, by its name; those that are well are left out. */
export function groupTones(stream: StreamSnapshot): ReadonlyMap<string, RulerTone> {
  const tones = new Map<string, RulerTone>();
  for (const { group, severity } of findAttention({ streams: [stream] })) {
    if (group !== null && tones.get(group) !== 'bad') tones.set(group, severity);
  }
  return tones;
}

/** The worst tone of some groups. */
export function worstTone(
  tones: ReadonlyMap<string, RulerTone>,
  groups: readonly { name: string }[],
): RulerTone {
  const own = groups.map(({ name }) => tones.get(name) ?? 'calm');
  return own.includes('bad') ? 'bad' : own.includes('warn') ? 'warn' : 'calm';
}
