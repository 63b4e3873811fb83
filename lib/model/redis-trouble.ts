import { ERROR_CODES, type ErrorCode } from './errors';

/** A state of Redis for people. */
export interface RedisTrouble {
  /** What happened, to be followed by a time: "Redis has not answered" … "since 14:03:07". */
  what: string;
  cure: string;
}

const DOCTOR = 'The command npm run doctor checks each step.';

const TROUBLES: Partial<Record<ErrorCode, RedisTrouble>> = {
  redis_unreachable: {
    what: 'Redis has not answered',
    cure: `Check that it runs, and that REDIS_URL names its host and port. ${DOCTOR}`,
  },
  redis_timeout: {
    what: 'Redis takes connections but has not answered in time',
    cure: 'A slow command or a busy host may hold it: look at SLOWLOG GET 10 and at its load.',
  },
  redis_loading: {
    what: 'Redis has been loading its data',
    cure: 'Nothing to do: it answers when loading ends. INFO persistence shows how far it is.',
  },
  redis_auth_failed: {
    what: 'Redis has refused the credentials',
    cure: `Put the user and password that Redis has (requirepass, or ACL LIST) into REDIS_URL and start the dashboard again. ${DOCTOR}`,
  },
  redis_permission_denied: {
    what: 'The Redis user has lacked a right',
    cure: 'The command npm run doctor lists the missing rights; ACL SETUSER grants them.',
  },
  redis_read_only: {
    what: 'This Redis has been a read-only replica',
    cure: 'Point REDIS_URL at the primary. INFO replication names it.',
  },
  redis_refuses_writes: {
    what: 'Redis has refused writes',
    cure: 'Its last save may have failed, or it has too few replicas: see INFO persistence and INFO replication.',
  },
  redis_out_of_memory: {
    what: 'Redis has been out of memory',
    cure: 'Trim streams or raise maxmemory. Acknowledging, deleting and trimming still work.',
  },
  redis_is_cluster: {
    what: 'What answers has been a node of a Redis Cluster',
    cure: 'Set REDIS_CLUSTER=true and start the dashboard again; REDIS_URL may name several nodes, separated by commas.',
  },
  redis_not_cluster: {
    what: 'What answers has not been a Redis Cluster',
    cure: 'Unset REDIS_CLUSTER and start the dashboard again, or point REDIS_URL at nodes of the cluster.',
  },
  redis_cluster_down: {
    what: 'The Redis Cluster has been down',
    cure: 'Some hash slots have no master: redis-cli --cluster check names them. It heals when a replica takes over or the node is back.',
  },
  redis_slot_moving: {
    what: 'The Redis Cluster has been moving these keys to another node',
    cure: 'Nothing to do: they can be used again when the move of their hash slot is done.',
  },
  redis_protocol: {
    what: 'Something that is not Redis has answered',
    cure: `Check that REDIS_URL names a Redis port, and rediss:// where it speaks TLS. ${DOCTOR}`,
  },
};

export function explainRedisTrouble(code: ErrorCode): RedisTrouble {
  return (
    TROUBLES[code] ?? {
      what: ERROR_CODES[code].title,
      cure: `The dashboard's log has the rest. ${DOCTOR}`,
    }
  );
}
