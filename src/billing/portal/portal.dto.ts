import { z } from 'zod';
import { JSON_OBJECT } from '../../http/request-fields';
import { httpUrl } from '../checkouts/checkout.dto';

export const portalRequestSchema = z
  .object(
    {
      returnUrl: httpUrl
        .optional()
        .meta({ format: 'uri', description: 'Where the portal’s way back leads.' }),
    },
    JSON_OBJECT,
  )
  .prefault({})
  .meta({ example: { returnUrl: 'https://app.acme.com/billing' } });

export type PortalRequest = z.output<typeof portalRequestSchema>;
