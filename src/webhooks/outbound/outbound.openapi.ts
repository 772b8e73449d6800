import { ApiFailure } from '../../http/openapi.decorators';

/**
 * Open to suspended orgs too: whoever is suspended has to hear of it, and must be
 * able to mend the endpoint that should have told them.
 */
export const READS = { scope: 'webhooks:read', suspended: 'allowed' } as const;
export const MANAGES = { scope: 'webhooks:write', suspended: 'allowed' } as const;

export const NoSuchEndpoint = () =>
  ApiFailure(404, 'There is no such endpoint.', 'not_found', 'There is no webhook endpoint "we_4fP".');
