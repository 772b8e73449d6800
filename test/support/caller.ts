import { HashedKey } from '../../src/auth/api-key';
import type { Principal } from '../../src/auth/principal';

/** Who calls for this organization, for services that are called without a request. */
export function callerOf(orgId: string): Principal {
  return { orgId, keyId: 'key', scopes: [], hash: new HashedKey(''), billingStatus: 'none' };
}
