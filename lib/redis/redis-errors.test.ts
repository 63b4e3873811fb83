import { describe, expect, it } from 'vitest';
import { DashboardError } from '@/lib/model/errors';
import {
  errorReplyText,
  isReplyError,
  isSelectError,
  isUnsentError,
  redirectionOf,
  toRedisError,
} from './redis-errors';

/** As ioredis makes it, with what it hangs on it. */
function replyError(message: string, name = 'auth') {
  return Object.assign(new Error(message), {
    name: 'ReplyError',
    command: { name, args: ['hunter2'] },
  });
}

describe('an error reply', () => {
  it.each([
    ['NOAUTH Authentication required.', 'redis_auth_failed'],
    ['WRONGPASS invalid username-password pair or user is disabled.', 'redis_auth_failed'],
    ['ERR invalid password', 'redis_auth_failed'],
    ["NOPERM this user has no permissions to run the 'xadd' command", 'redis_permission_denied'],
    [
      "ERR The user executing the script can't run this command or subcommand script: f, on @u:1.",
      'redis_permission_denied',
    ],
    [
      "ERR ACL failure in script: User ann has no permissions to run 'get'",
      'redis_permission_denied',
    ],
    ['LOADING Redis is loading the dataset in memory', 'redis_loading'],
    [
      "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
      'redis_unreachable',
    ],
    ['ERR max number of clients reached', 'redis_unreachable'],
    ["READONLY You can't write against a read only replica.", 'redis_read_only'],
    ['MISCONF Redis is configured to save RDB snapshots', 'redis_refuses_writes'],
    ['NOREPLICAS Not enough good replicas to write.', 'redis_refuses_writes'],
    ["OOM command not allowed when used memory > 'maxmemory'.", 'redis_out_of_memory'],
    ['WRONGTYPE Operation against a key holding the wrong kind of value', 'wrong_type'],
    ['NOGROUP No such key', 'group_not_found'],
    ['UNBLOCKED the stream key no longer exists', 'group_not_found'],
    ['ERR something new', 'redis_error'],
    ['', 'redis_error'],
  ])('%s is %s', (message, code) => {
    const error = replyError(message);
    expect(toRedisError(error).code).toBe(code);
    expect(isReplyError(error)).toBe(true);
    expect(isUnsentError(error)).toBe(false);
  });

  it('keeps nothing of the command, and of what Redis said one line', () => {
    const error = toRedisError(
      replyError("ERR unknown command 'auth', with args beginning with: 'hunter2' \nmore"),
    );
    expect(error.message).toBe("Redis says: ERR unknown command 'auth'");
    expect(JSON.stringify({ ...error, cause: error.cause })).not.toContain('hunter2');
    expect(toRedisError(replyError(`ERR ${'x'.repeat(5_000)}`)).message.length).toBeLessThan(300);
  });

  it('of SELECT means that the connection is on another database', () => {
    expect(isSelectError(replyError('ERR DB index is out of range', 'select'))).toBe(true);
    expect(isSelectError(replyError('WRONGPASS', 'auth'))).toBe(false);
    expect(isSelectError(new Error('select'))).toBe(false);
    expect(isSelectError(null)).toBe(false);
  });
});

describe('what a node of a cluster answers', () => {
  const moved = { kind: 'moved', slot: 3_999 };

  it.each([
    ['MOVED 3999 127.0.0.1:6381', { ...moved, host: '127.0.0.1', port: 6381 }],
    ['MOVED 3999 node-1.internal:6381', { ...moved, host: 'node-1.internal', port: 6381 }],
    ['MOVED 3999 fe80::1:6381', { ...moved, host: 'fe80::1', port: 6381 }],
    ['MOVED 3999 :6381', { ...moved, host: '', port: 6381 }],
    ['ASK 0 h:1', { kind: 'ask', slot: 0, host: 'h', port: 1 }],
    ['MOVED __proto__ h:1', null],
    ['TRYAGAIN Multiple keys request during rehashing of slot', null],
  ])('%s', (message, redirection) => {
    expect(redirectionOf(replyError(message))).toEqual(redirection);
    expect(redirectionOf(new Error(message))).toBeNull();
  });

  it.each([
    ['MOVED 3999 127.0.0.1:6381', 'redis_is_cluster'],
    ["CROSSSLOT Keys in request don't hash to the same slot", 'redis_is_cluster'],
    ['CLUSTERDOWN The cluster is down', 'redis_cluster_down'],
    ['TRYAGAIN Multiple keys request during rehashing of slot', 'redis_slot_moving'],
    ['ERR This instance has cluster support disabled', 'redis_not_cluster'],
  ])('%s is %s where nobody follows it', (message, code) => {
    expect(toRedisError(replyError(message)).code).toBe(code);
  });
});

describe('an error that a script met', () => {
  const call = `ERR Error running script (call to f_${'0a'.repeat(20)}): `;

  // As Redis 6.2 puts it: errors of its own with their line and a dash, those of commands without.
  it.each([
    [
      "@user_script:9: @user_script: 9: -OOM command not allowed when used memory > 'maxmemory'.   ",
      'redis_out_of_memory',
    ],
    [
      "@user_script:4: @user_script: 4: -READONLY You can't write against a read only replica.   ",
      'redis_read_only',
    ],
    [
      '@user_script:4: @user_script: 4: -MISCONF Redis is configured to save RDB snapshots',
      'redis_refuses_writes',
    ],
    [
      "@user_script:3: @user_script: 3: The user executing the script can't run this command or subcommand",
      'redis_permission_denied',
    ],
    [
      "@user_script:3: @user_script: 3: The user executing the script can't access at least one of the keys mentioned in the command arguments",
      'redis_permission_denied',
    ],
    [
      '@user_script:6: WRONGTYPE Operation against a key holding the wrong kind of value',
      'wrong_type',
    ],
    ["@user_script:6: user_script:6: attempt to index a nil value (local 'x')", 'redis_error'],
  ])('is told for what it is on Redis 6.2: %s', (said, code) => {
    expect(toRedisError(replyError(call + said)).code).toBe(code);
  });

  it('and caught it, has the line before it on 6.2', () => {
    const caught = '@user_script: 4: -OOM command not allowed';
    expect(toRedisError(replyError(caught)).code).toBe('redis_out_of_memory');
  });

  it('is told in its own words, and every other reply as it is', () => {
    expect(errorReplyText(`${call}@user_script:6: ERR no such key`)).toBe('ERR no such key');
    for (const plain of ['ERR no such key', '-ERR odd ', 'ERR x @user_script:6: y', '']) {
      expect(errorReplyText(plain)).toBe(plain);
    }
  });
});

describe('trouble with the connection', () => {
  it.each([
    ['Command timed out', 'redis_timeout'],
    ["Socket timeout. Expecting data, but didn't receive any in 1000ms.", 'redis_timeout'],
    ['Unknown RESP type 72 "H". Please report this.', 'redis_protocol'],
    ['connect ECONNREFUSED 127.0.0.1:6379', 'redis_unreachable'],
    ["Stream isn't writeable and enableOfflineQueue options is false", 'redis_unreachable'],
    ['Connection is closed.', 'redis_unreachable'],
  ])('%s is %s', (message, code) => {
    expect(toRedisError(new Error(message)).code).toBe(code);
    expect(isReplyError(new Error(message))).toBe(false);
  });

  it('tells the reason the system gave, and no address', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:6379'), {
      code: 'ECONNREFUSED',
    });
    expect(toRedisError(refused).message).toBe('Redis cannot be reached. (ECONNREFUSED)');
  });

  it('is known to have sent nothing only where ioredis refused to send', () => {
    expect(isUnsentError(new Error("Stream isn't writeable and …"))).toBe(true);
    expect(isUnsentError(new Error('Connection is closed.'))).toBe(false);
    expect(isUnsentError(new Error('Command timed out'))).toBe(false);
  });

  it('is never less than an error', () => {
    for (const thrown of [null, undefined, 'x', 5, {}]) {
      expect(toRedisError(thrown)).toBeInstanceOf(DashboardError);
    }
    const own = new DashboardError('not_found', 'x');
    expect(toRedisError(own)).toBe(own);
  });
});
