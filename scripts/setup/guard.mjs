import { spawn } from 'node:child_process';

/**
 * What must not outlive this process: a directory, and the process groups it is told of.
 * @typedef {object} Guard
 * @property {(pid: number) => void} watch the leader of a process group
 * @property {(pid: number) => void} forget it ended; its number may go to another process
 * @property {() => void} release all is cleaned up already
 */

const SHELL_SCRIPT = `
trap "" INT HUP TERM
pids=
while read -r verb pid; do
  case "$verb" in
    watch) pids="$pids $pid" ;;
    forget) kept=
      for other in $pids; do [ "$other" = "$pid" ] || kept="$kept $other"; done
      pids=$kept ;;
    release) exit 0 ;;
  esac
done
for pid in $pids; do kill -s KILL -- "-$pid" 2>/dev/null; done
rm -rf -- "$1"
`;

/**
 * A shell whose standard input ends when this process is gone, even by SIGKILL; it then kills
 * what it was told to watch and removes `dir`.
 * @param {string} dir
 * @returns {Guard}
 */
export function startGuard(dir) {
  const shell = spawn('/bin/sh', ['-c', SHELL_SCRIPT, 'shield-guard', dir], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const { stdin } = shell;
  stdin.on('error', () => {});
  shell.unref();
  // A pipe to a child is a socket: it alone must not keep this process running.
  if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref();
  return {
    watch: (pid) => void stdin.write(`watch ${pid}\n`),
    forget: (pid) => void stdin.write(`forget ${pid}\n`),
    release: () => void stdin.end('release\n'),
  };
}
