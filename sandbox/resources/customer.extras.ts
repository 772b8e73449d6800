import { z } from 'zod';
import type { Context } from '../context';
import { getCustomer } from '../engine/customers';
import { linkUrl, openLink } from '../engine/links';
import { ApiError } from '../errors';
import { page, pageQuery } from '../http/pagination';
import { param, type ApiRequest, type Route } from '../http/route';
import { parseQuery, queryFlag } from '../http/validation';
import type { Customer } from '../model/customers';

const portalQuery = z.object({ return_url: z.string().optional(), send_email: queryFlag.optional() });

const grantQuery = pageQuery.extend({
  integration_type: z
    .enum([
      'discord',
      'telegram',
      'github',
      'figma',
      'framer',
      'notion',
      'digital_files',
      'license_key',
      'feature_flag',
    ])
    .optional(),
  status: z.enum(['Pending', 'Delivered', 'Failed', 'Revoked']).optional(),
});

/** The portal, and what no customer of the sandbox has any of: entitlements, credits, emails. */
export function customerExtraRoutes(ctx: Context): Route[] {
  const customer = (request: ApiRequest) => getCustomer(ctx, param(request, 'id'));
  const none = (schema: z.ZodType<{ page_number: number; page_size: number }>) => (request: ApiRequest) => {
    customer(request);
    return page([], parseQuery(schema, request.query));
  };
  return [
    {
      method: 'POST',
      path: '/customers/:id/customer-portal/session',
      handle: (request) => openPortal(ctx, customer(request), request.query),
    },
    { method: 'GET', path: '/customers/:id/credit-entitlements', handle: none(pageQuery) },
    { method: 'GET', path: '/customers/:id/entitlements', handle: none(pageQuery) },
    { method: 'GET', path: '/customers/:id/entitlement-grants', handle: none(grantQuery) },
    { method: 'GET', path: '/customers/:id/emails', handle: none(pageQuery) },
    {
      method: 'GET',
      path: '/customers/:id/emails/:emailId/body',
      handle: (request) => {
        customer(request);
        throw ApiError.notFound('Email', param(request, 'emailId'));
      },
    },
  ];
}

function openPortal(ctx: Context, customer: Customer, query: unknown) {
  const { return_url } = parseQuery(portalQuery, query);
  const link = openLink(ctx, {
    purpose: 'portal',
    customer_id: customer.customer_id,
    return_url: return_url ?? null,
  });
  return { link: linkUrl(ctx, link) };
}
