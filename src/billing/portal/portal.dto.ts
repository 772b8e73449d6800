import { z } from 'zod';
import { httpUrl } from '../checkouts/checkout.dto';

export const portalRequestSchema = z
  .object(
    {
      returnUrl: httpUrl
        .optional()
        .meta({ format: 'uri', description: 'Where the portal’s way back leads.' }),
    },
    { error: 'The request body must be a JSON object.' },
  )
  .prefault({})
  .meta({ example: { returnUrl: 'https://app.acme.com/billing' } });

export type PortalRequest = z.output<typeof portalRequestSchema>;
