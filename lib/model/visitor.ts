import type { Role } from './actor';
import type { Permission } from './permissions';

/** What the pages know of who looks at them: no address, and nothing of the session. */
export interface Visitor {
  /** Null where nobody is asked who they are. */
  name: string | null;
  role: Role;
  /** Whether there is a session to end. */
  signsOut: boolean;
  /** Why something may not be done, in words; what is not in it may be. */
  refusals: Partial<Record<Permission, string>>;
}
