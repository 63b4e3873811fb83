import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { DashboardProcess } from './stack';

const LISTENS = '0A';

/**
 * How many connections of its clients a dashboard holds at this moment, without its own to Redis.
 * Source: `/proc/<pid>/fd` and the table of `/proc/net/tcp` (proc(5), Linux).
 */
export function clientSockets({ pid, port }: Pick<DashboardProcess, 'pid' | 'port'>): number {
  const held = new Set(readdirSync(`/proc/${pid}/fd`).flatMap((fd) => inodeOf(pid, fd)));
  const ourPort = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = readFileSync('/proc/net/tcp', 'utf8').trim().split('\n').slice(1);
  return rows.filter((row) => {
    const [, local = '', , state, , , , , , inode = ''] = row.trim().split(/\s+/);
    return local.endsWith(ourPort) && state !== LISTENS && held.has(inode);
  }).length;
}

function inodeOf(pid: number, fd: string): string[] {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.slice(1) ?? [];
  } catch {
    // Closed since it was listed.
    return [];
  }
}
