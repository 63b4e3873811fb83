import { nameFromBytes, nameToBytes } from './name';

export const JOB_KEY_PREFIX = 'job:';

/** The key of a job's hash, by the contract. The id may be a name of bytes. */
export function jobKey(jobId: string): Uint8Array {
  const id = nameToBytes(jobId);
  const key = new Uint8Array(JOB_KEY_PREFIX.length + id.length);
  key.set(new TextEncoder().encode(JOB_KEY_PREFIX));
  key.set(id, JOB_KEY_PREFIX.length);
  return key;
}

/** The same as names are written here. */
export function jobKeyName(jobId: string): string {
  return nameFromBytes(jobKey(jobId));
}
