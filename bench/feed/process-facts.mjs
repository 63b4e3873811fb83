import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * The parent's id out of /proc/<pid>/stat; the name before it may hold anything (proc(5)).
 * @param {string} stat
 */
export function parentOf(stat) {
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

/**
 * Resident memory in KB out of /proc/<pid>/status.
 * @param {string} status
 */
export function residentKb(status) {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
}

/** @param {string} path */
function readOrEmpty(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/**
 * These processes and all that descend from them.
 * @param {number[]} roots
 */
export function withDescendants(roots) {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), parent: parentOf(readOrEmpty(`/proc/${name}/stat`)) }));
  const found = new Set(roots);
  for (let before = 0; before !== found.size; ) {
    before = found.size;
    for (const { pid, parent } of parents) if (found.has(parent)) found.add(pid);
  }
  return [...found];
}

/** @param {number[]} pids */
export function residentKbOf(pids) {
  return pids.reduce((sum, pid) => sum + residentKb(readOrEmpty(`/proc/${pid}/status`)), 0);
}

/**
 * Moves processes, all their threads, to one core.
 * @param {number[]} pids
 * @param {number | null} core null: they stay where they are
 */
export function pinTo(pids, core) {
  if (core === null) return;
  for (const pid of pids) {
    execFileSync('taskset', ['-a', '-c', '-p', String(core), String(pid)], { stdio: 'ignore' });
  }
}
