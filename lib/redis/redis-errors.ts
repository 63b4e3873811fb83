import { DashboardError, type ErrorCode } from '@/lib/model/errors';

/** The first word of a Redis error reply, and what it means here. */
const REPLY_CODES: Record<string, ErrorCode> = {
  NOAUTH: 'redis_auth_failed',
  WRONGPASS: 'redis_auth_failed',
  NOPERM: 'redis_permission_denied',
  LOADING: 'redis_loading',
  MASTERDOWN: 'redis_unreachable',
  READONLY: 'redis_read_only',
  MISCONF: 'redis_refuses_writes',
  NOREPLICAS: 'redis_refuses_writes',
  OOM: 'redis_out_of_memory',
  WRONGTYPE: 'wrong_type',
  NOGROUP: 'group_not_found',
  MOVED: 'redis_is_cluster',
  ASK: 'redis_is_cluster',
  CROSSSLOT: 'redis_is_cluster',
  CLUSTERDOWN: 'redis_cluster_down',
  TRYAGAIN: 'redis_slot_moving',
};

const MESSAGES: Partial<Record<ErrorCode, string>> = {
  redis_auth_failed: 'Redis refuses the user or password in REDIS_URL.',
  redis_loading: 'Redis is loading its data from disk.',
  redis_read_only: 'This Redis is a replica and takes no writes.',
  redis_unreachable: 'Redis cannot be reached.',
  redis_timeout: 'Redis did not answer in time.',
  wrong_type: 'The key holds something other than a stream.',
  group_not_found: 'The stream or its consumer group does not exist.',
  redis_out_of_memory: 'Redis has reached its maxmemory and refuses writes.',
  redis_is_cluster: 'This Redis is a node of a cluster: set REDIS_CLUSTER=true.',
  redis_not_cluster: 'This Redis is no cluster: unset REDIS_CLUSTER.',
  redis_cluster_down: 'The Redis Cluster does not serve all of its hash slots.',
  redis_slot_moving: 'The Redis Cluster is moving these keys to another node.',
  redis_protocol: 'What answers at the Redis address does not speak like Redis.',
};

/**
 * Turns what ioredis rejects with into a coded error. Only the error's name and first words are
 * read: ioredis hangs the command's arguments, passwords among them, on its error objects.
 */
export function toRedisError(error: unknown): DashboardError {
  if (error instanceof DashboardError) return error;
  const name = error instanceof Error ? error.name : '';
  const message = error instanceof Error ? errorReplyText(error.message) : '';
  const code = name === 'ReplyError' ? replyCode(message) : connectionCode(message);
  return new DashboardError(code, (MESSAGES[code] ?? safeReplyText(message)) + systemReason(error));
}

/** The error a script met and answered as text. */
export function toScriptError(said: string): DashboardError {
  return toRedisError(Object.assign(new Error(said), { name: 'ReplyError' }));
}

/** The error of a code of its own, where Redis gave no reply that would say so. */
export function redisError(
  code: 'redis_is_cluster' | 'redis_cluster_down' | 'redis_slot_moving' | 'redis_unreachable',
): DashboardError {
  return new DashboardError(code, MESSAGES[code] ?? '');
}

/** ` (ECONNREFUSED)` and the like: what the system or TLS gives as the reason, where it does. */
function systemReason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return typeof code === 'string' && /^[A-Z_0-9]{3,64}$/.test(code) ? ` (${code})` : '';
}

/** True where the database of REDIS_URL was refused: the connection would use another one. */
export function isSelectError(error: unknown): boolean {
  if (!(error instanceof Error) || !('command' in error)) return false;
  const { command } = error;
  return typeof command === 'object' && command !== null && 'name' in command
    ? command.name === 'select'
    : false;
}

/**
 * True where the password that HELLO carries was never looked at: there is no HELLO, and the server,
 * like Valkey 9.1, asks for the password before it says so. RESP2 sends it by AUTH.
 */
export function isHelloUnheard(error: unknown, password: string | undefined): boolean {
  if (password === undefined || !(error instanceof Error)) return false;
  return isReplyError(error) && error.message.startsWith('NOAUTH');
}

/** True where Redis itself answered: the command was refused, so its outcome is known. */
export function isReplyError(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError';
}

/** A command that was not sent, for want of a connection. */
export class UnsentError extends Error {
  override name = 'UnsentError';
  override message = 'Redis cannot be reached.';
}

/** True where the command was not sent at all, by us or by ioredis: nothing can be written later. */
export function isUnsentError(error: unknown): boolean {
  if (error instanceof UnsentError) return true;
  return error instanceof Error && error.message.startsWith("Stream isn't writeable");
}

/** Where a node of a cluster says that a key is, with an empty host for one that is its own. */
export interface Redirection {
  kind: 'moved' | 'ask';
  slot: number;
  host: string;
  port: number;
}

/** What MOVED and ASK say. Either means that the node has not run the command. */
export function redirectionOf(error: unknown): Redirection | null {
  if (!(error instanceof Error) || error.name !== 'ReplyError') return null;
  const said = /^(MOVED|ASK) (\d{1,5}) (.*):(\d{1,5})$/.exec(error.message);
  if (!said) return null;
  const [, word, slot, host = '', port] = said;
  return { kind: word === 'ASK' ? 'ask' : 'moved', slot: Number(slot), host, port: Number(port) };
}

/** The first word of an error reply, such as `TRYAGAIN`; null where Redis did not answer. */
export function replyWord(error: unknown): string | null {
  if (!(error instanceof Error) || error.name !== 'ReplyError') return null;
  return /^[A-Z]+/.exec(error.message)?.[0] ?? null;
}

const DENIED: ErrorCode = 'redis_permission_denied';

/** How Redis 6.2 wraps what went wrong in a script: its call and line, `-` before its own errors. */
const WRAPPED_BY_SCRIPT = /^(?:ERR Error running script \(call to \w+\): )?@user_script: ?\d+: /;

/**
 * The error reply without what Redis 6.2 puts before one that a script met; 7.0 and later put it
 * behind. What a script catches (`redis.pcall`) on 6.2 has the line alone before it.
 */
export function errorReplyText(message: string): string {
  let text = message;
  while (WRAPPED_BY_SCRIPT.test(text)) text = text.replace(WRAPPED_BY_SCRIPT, '');
  return text === message ? message : text.replace(/^-/, '').trimEnd();
}

function replyCode(message: string): ErrorCode {
  const first = /^[A-Z]+/.exec(message)?.[0] ?? '';
  const known = REPLY_CODES[first];
  if (known) return known;
  if (message.includes('cluster support disabled')) return 'redis_not_cluster';
  if (message.includes('invalid username-password') || message.includes('invalid password')) {
    return 'redis_auth_failed';
  }
  if (message.includes('max number of clients')) return 'redis_unreachable';
  if (message.includes('no longer exists')) return 'group_not_found';
  // The rights of a script's commands are told without NOPERM: in 6.2 and 7.0, and from 7.2 on.
  if (/^(ERR )?The user executing the script can't/.test(message)) return DENIED;
  if (message.startsWith('ERR ACL failure in script')) return DENIED;
  return 'redis_error';
}

function connectionCode(message: string): ErrorCode {
  if (message === 'Command timed out' || message.startsWith('Socket timeout'))
    return 'redis_timeout';
  if (message.startsWith('Unknown RESP type')) return 'redis_protocol';
  return 'redis_unreachable';
}

/** Replies name the command or the key; only of an unknown command do they repeat the arguments. */
function safeReplyText(message: string): string {
  const [said = ''] = message.split(/\n|, with args/);
  return `Redis says: ${said.slice(0, 200)}`;
}
