import type { AccessSettings } from '@/lib/model/access-settings';
import type { Actor } from '@/lib/model/actor';
import { canonicalName } from '@/lib/model/name';
import { PERMISSIONS, type Permission, type Refusal, refusalOf } from '@/lib/model/permissions';
import { type Sees, seesByGlobs } from '@/lib/model/stream-scope';
import type { Visitor } from '@/lib/model/visitor';

/** Streams that are not like others. */
export interface KnownStreams {
  /** The audit, and who signed out: for who may read the audit, written by the dashboard alone. */
  own: readonly string[];
  /** What jobs are made of: the tasks and the events. */
  task: string;
  event: string;
  /** Those of the configuration, which all lists begin with. */
  listed: readonly string[];
}

/** What somebody who has come in may do, and on which streams. */
export class Rights {
  readonly #isReadOnly: boolean;
  readonly #isReadOnlyStream: Sees;
  readonly #streams: KnownStreams;
  readonly #isOwnListed: boolean;
  /** By the globs of a user or token, which stay the same array until the file is read again. */
  readonly #scopes = new WeakMap<readonly string[], Sees>();

  constructor(
    settings: Pick<AccessSettings, 'readOnly' | 'readOnlyStreams'>,
    streams: KnownStreams,
  ) {
    this.#isReadOnly = settings.readOnly;
    this.#isReadOnlyStream = seesByGlobs(settings.readOnlyStreams);
    this.#streams = streams;
    this.#isOwnListed = streams.listed.some((name) => this.#isOwn(name));
  }

  /** Why something may not be done to or seen of a stream; null where it may. */
  refusalOn(actor: Actor, permission: Permission, stream: string): Refusal | null {
    const { changes } = PERMISSIONS[permission];
    const refusal = this.refusal(actor, permission) ?? this.#scopeRefusal(actor, stream);
    if (refusal) return refusal;
    if (this.#isOwn(stream)) {
      return changes ? WRITTEN_BY_US : this.refusal(actor, 'read_audit');
    }
    if (!changes || !this.#isReadOnlyStream(stream)) return null;
    return { code: 'read_only', message: `The stream ${stream} is read-only here.` };
  }

  /** What holds whatever stream it is about; what is of several streams is for who sees them all. */
  refusal(actor: Actor, permission: Permission): Refusal | null {
    const refusal = refusalOf(actor.role, permission, this.#isReadOnly);
    if (refusal || !actor.streams) return refusal;
    const { task, event } = this.#streams;
    if (permission === 'read_audit') return NOT_ALL_STREAMS;
    if (permission !== 'look_at_jobs') return null;
    return this.#scopeRefusal(actor, task) ?? this.#scopeRefusal(actor, event);
  }

  /** Which streams stand in lists for somebody; null for all that there are. */
  sees(actor: Actor): Sees | null {
    const isOwnHidden = this.#isOwnListed && this.refusal(actor, 'read_audit') !== null;
    if (!actor.streams && !isOwnHidden) return null;
    return (stream) => this.refusalOn(actor, 'look', stream) === null;
  }

  /** What pages may know of somebody. */
  visitorOf(actor: Actor): Visitor {
    const enqueue = this.refusalOn(actor, 'enqueue', this.#streams.task);
    const others = (['look_at_jobs', 'read_audit', 'reveal'] as const).flatMap((permission) => {
      const refusal = this.refusal(actor, permission);
      return refusal ? [[permission, refusal.message]] : [];
    });
    return {
      name: actor.via === 'open' ? null : actor.name,
      role: actor.role,
      signsOut: actor.via === 'session' || actor.via === 'oidc',
      refusals: {
        ...(enqueue && { enqueue: enqueue.message }),
        ...Object.fromEntries(others),
      },
    };
  }

  /** The same words for any stream, whether there is one of that name or not. */
  #scopeRefusal({ streams }: Actor, stream: string): Refusal | null {
    if (!streams) return null;
    const sees = this.#scopes.get(streams) ?? seesByGlobs(streams);
    this.#scopes.set(streams, sees);
    return sees(stream) ? null : NOT_THEIR_STREAM;
  }

  #isOwn(stream: string): boolean {
    return this.#streams.own.includes(canonicalName(stream));
  }
}

const NOT_THEIR_STREAM: Refusal = {
  code: 'forbidden',
  message: 'This stream is not among those you may see.',
};
const NOT_ALL_STREAMS: Refusal = {
  code: 'forbidden',
  message: 'The audit is of all streams, and you may not see them all.',
};
const WRITTEN_BY_US: Refusal = {
  code: 'forbidden',
  message: 'This stream is written by the dashboard alone.',
};
