import { z } from 'zod';
import { BRAND_ID, type Context } from '../context';
import { isRecurring } from '../engine/quote';
import { ApiError } from '../errors';
import { meets, page, pageQuery } from '../http/pagination';
import { param, type Route } from '../http/route';
import { parseBody, parseQuery, queryFlag, text } from '../http/validation';
import { newId, newUuid } from '../ids';
import type { Product } from '../model/products';
import {
  createProductRequest,
  refuseSuggestion,
  refuseUnmodelled,
  updateProductRequest,
} from './product.request';
import { viewProduct, viewProductItem } from './product.view';

const listQuery = pageQuery.extend({
  archived: queryFlag.default(false),
  recurring: queryFlag.optional(),
  brand_id: text.optional(),
});

export function productRoutes(ctx: Context): Route[] {
  const product = (request: Parameters<Route['handle']>[0]) => getProduct(ctx, param(request, 'id'));
  return [
    { method: 'POST', path: '/products', handle: ({ body }) => create(ctx, body) },
    { method: 'GET', path: '/products', handle: ({ query }) => list(ctx, query) },
    { method: 'GET', path: '/products/:id', handle: (request) => viewProduct(product(request)) },
    {
      method: 'PATCH',
      path: '/products/:id',
      handle: (request) => update(ctx, product(request), request.body),
    },
    { method: 'DELETE', path: '/products/:id', handle: (request) => archive(ctx, product(request)) },
    {
      method: 'POST',
      path: '/products/:id/unarchive',
      handle: (request) => save(ctx, product(request), { archived: false }),
    },
    {
      method: 'PUT',
      path: '/products/:id/files',
      handle: (request) => addFile(ctx, product(request), request.body),
    },
    {
      method: 'PUT',
      path: '/products/:id/images',
      handle: (request) => addImage(ctx, product(request), request.query),
    },
  ];
}

export function getProduct(ctx: Context, id: string): Product {
  const product = ctx.store.products.get(id);
  if (!product) throw ApiError.notFound('Product', id);
  return product;
}

function create(ctx: Context, body: unknown) {
  const request = parseBody(createProductRequest, body);
  refuseUnmodelled(request);
  refuseSuggestion(request.price);
  const now = ctx.clock.iso();
  const product = ctx.store.products.put({
    product_id: newId('pdt'),
    brand_id: request.brand_id ?? BRAND_ID,
    name: request.name,
    description: request.description ?? null,
    price: request.price,
    tax_category: request.tax_category,
    addons: request.addons ?? null,
    image: null,
    license_key_enabled: request.license_key_enabled ?? false,
    license_key_activation_message: request.license_key_activation_message ?? null,
    license_key_activations_limit: request.license_key_activations_limit ?? null,
    license_key_duration: request.license_key_duration ?? null,
    digital_product_delivery: request.digital_product_delivery
      ? { ...request.digital_product_delivery, files: [] }
      : null,
    metadata: request.metadata ?? {},
    pricing_mode: request.pricing_mode ?? null,
    archived: false,
    created_at: now,
    updated_at: now,
  });
  return viewProduct(product);
}

function list(ctx: Context, query: unknown) {
  const filter = parseQuery(listQuery, query);
  const products = ctx.store.products.newest(
    (product) =>
      product.archived === filter.archived &&
      meets(filter.recurring, isRecurring(product)) &&
      meets(filter.brand_id, product.brand_id),
  );
  return page(products.map(viewProductItem), filter);
}

function update(ctx: Context, product: Product, body: unknown): void {
  const request = parseBody(updateProductRequest, body);
  refuseUnmodelled(request);
  if (request.price) {
    refuseSuggestion(request.price);
    refuseOtherType(product, request.price.type);
  }
  const {
    digital_product_delivery: delivery,
    image_id,
    credit_entitlements: _c,
    entitlements: _e,
    ...fields
  } = request;
  const given = Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
  );
  save(ctx, product, {
    ...(given as Partial<Product>),
    ...(delivery && {
      digital_product_delivery: { ...delivery, files: product.digital_product_delivery?.files ?? [] },
    }),
    ...(image_id && { image: imageUrl(ctx, image_id) }),
  });
}

/** What was sold once cannot turn into a subscription, nor the other way round. */
function refuseOtherType(product: Product, type: Product['price']['type']): void {
  if (product.price.type !== type)
    throw ApiError.invalidBody(`price.type: the product has a ${product.price.type}`);
}

function archive(ctx: Context, product: Product): void {
  if (product.archived)
    throw new ApiError(410, 'PRODUCT_IS_DELETED', `Product ${product.product_id} is archived already`);
  save(ctx, product, { archived: true });
}

function addFile(ctx: Context, product: Product, body: unknown) {
  const { file_name } = parseBody(z.object({ file_name: text }), body);
  const file_id = newUuid();
  const url = `${ctx.baseUrl}/files/${file_id}`;
  const delivery = product.digital_product_delivery ?? { external_url: null, instructions: null, files: [] };
  const file = { file_id, filename: file_name, download_url: url, expires_in: 3600 };
  save(ctx, product, { digital_product_delivery: { ...delivery, files: [...delivery.files, file] } });
  return { file_id, url };
}

function addImage(ctx: Context, product: Product, query: unknown) {
  parseQuery(z.object({ force_update: queryFlag.optional() }), query);
  const image_id = newUuid();
  const url = imageUrl(ctx, image_id);
  save(ctx, product, { image: url });
  return { url, image_id };
}

const imageUrl = (ctx: Context, id: string): string => `${ctx.baseUrl}/files/${id}`;

function save(ctx: Context, product: Product, patch: Partial<Product>): void {
  ctx.store.products.update(product.product_id, { ...patch, updated_at: ctx.clock.iso() });
}
