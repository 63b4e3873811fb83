import { type AuditActor, isRefusal } from '@/lib/model/audit';
import type { ErrorCode } from '@/lib/model/errors';
import { SAFE_METHODS } from './guard';

/** Whether somebody wanted to change something and was turned away. */
export function isRefusedWrite(method: string, code: ErrorCode): boolean {
  return !SAFE_METHODS.has(method) && isRefusal(code);
}

/** Who asks where nobody signs in. */
export function anonymous(address: string | null): AuditActor {
  return { name: 'anonymous', role: null, address: address ?? 'unknown', via: 'open' };
}
