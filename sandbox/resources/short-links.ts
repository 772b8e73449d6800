import { z } from 'zod';
import type { Context } from '../context';
import { ApiError } from '../errors';
import { meets, page, pageQuery } from '../http/pagination';
import { param, type Route } from '../http/route';
import { parseBody, parseQuery, text } from '../http/validation';
import type { Product } from '../model/products';
import { getProduct } from './products';

const createRequest = z.object({
  // Half a pair of surrogates can't be in an address.
  slug: text.regex(/^\P{Cs}+$/u),
  static_checkout_params: z.record(z.string(), z.string()).nullish(),
});

const listQuery = pageQuery.extend({ product_id: text.optional() });

export function shortLinkRoutes(ctx: Context): Route[] {
  return [
    { method: 'GET', path: '/products/short_links', handle: ({ query }) => list(ctx, query) },
    {
      method: 'POST',
      path: '/products/:id/short_links',
      handle: (request) => create(ctx, getProduct(ctx, param(request, 'id')), request.body),
    },
  ];
}

function create(ctx: Context, { product_id }: Product, body: unknown) {
  const { slug, static_checkout_params } = parseBody(createRequest, body);
  if (ctx.store.shortLinks.get(slug)) throw ApiError.conflict('SLUG_ALREADY_TAKEN', 'Slug is already taken');
  const params = new URLSearchParams(static_checkout_params ?? {}).toString();
  const full_url = `${ctx.baseUrl}/buy/${product_id}${params && `?${params}`}`;
  const short_url = `${ctx.baseUrl}/s/${encodeURIComponent(slug)}`;
  ctx.store.shortLinks.put({ slug, product_id, full_url, short_url, created_at: ctx.clock.iso() });
  return { full_url, short_url };
}

function list(ctx: Context, query: unknown) {
  const filter = parseQuery(listQuery, query);
  const links = ctx.store.shortLinks.newest((link) => meets(filter.product_id, link.product_id));
  return page(
    links.map(({ slug: _slug, ...link }) => link),
    filter,
  );
}
