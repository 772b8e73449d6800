import { z } from 'zod';
import type { Context } from '../context';
import { ApiError } from '../errors';
import { param, type ApiRequest, type Route } from '../http/route';
import { country, currency, minorUnits, parseBody } from '../http/validation';
import { newId } from '../ids';
import type { LocalizedPrice, Product } from '../model/products';
import { getProduct } from './products';

const createRequest = z.object({ amount: minorUnits, currency, country_code: country.nullish() });
const updateRequest = z.object({ amount: minorUnits.nullish() });

export function localizedPriceRoutes(ctx: Context): Route[] {
  const path = '/products/:id/localized-prices';
  const product = (request: ApiRequest) => getProduct(ctx, param(request, 'id'));
  return [
    { method: 'GET', path, handle: (request) => list(ctx, product(request)) },
    { method: 'POST', path, handle: (request) => create(ctx, product(request), request.body) },
    one('GET', (owner, price) => viewPrice(owner, price)),
    one('PATCH', (owner, price, body) => update(ctx, owner, price, body)),
    one('DELETE', (_owner, price) => archive(ctx, price)),
  ];

  /** A route below one price of one product, both of which have to exist. */
  function one(
    method: Route['method'],
    act: (owner: Product, price: LocalizedPrice, body: unknown) => unknown,
  ): Route {
    const handle = (request: ApiRequest) => {
      const owner = product(request);
      return act(owner, getPrice(ctx, owner, param(request, 'priceId')), request.body);
    };
    return { method, path: `${path}/:priceId`, handle };
  }
}

function list(ctx: Context, product: Product) {
  return { items: pricesOf(ctx, product).map((price) => viewPrice(product, price)) };
}

function archive(ctx: Context, { id }: LocalizedPrice): void {
  ctx.store.localizedPrices.update(id, { archived: true, updated_at: ctx.clock.iso() });
}

const pricesOf = (ctx: Context, { product_id }: Product): LocalizedPrice[] =>
  ctx.store.localizedPrices.all().filter((entry) => entry.product_id === product_id && !entry.archived);

function getPrice(ctx: Context, product: Product, id: string): LocalizedPrice {
  const found = pricesOf(ctx, product).find((entry) => entry.id === id);
  if (!found) throw ApiError.notFound('Localized price', id);
  return found;
}

function create(ctx: Context, product: Product, body: unknown) {
  const request = parseBody(createRequest, body);
  const country_code = request.country_code ?? null;
  refuseShape(product, request.currency, country_code);
  const taken = pricesOf(ctx, product).some(
    (entry) => entry.currency === request.currency && entry.country_code === country_code,
  );
  if (taken) {
    throw ApiError.conflict(
      'LOCALIZED_PRICE_ALREADY_EXISTS',
      'A localized price for this product and country/currency already exists',
    );
  }
  const now = ctx.clock.iso();
  const { product_id } = product;
  const created = {
    id: newId('lpr'),
    product_id,
    currency: request.currency,
    country_code,
    amount: request.amount,
  };
  return viewPrice(
    product,
    ctx.store.localizedPrices.put({ ...created, archived: false, created_at: now, updated_at: now }),
  );
}

function refuseShape(product: Product, name: string, countryCode: string | null): void {
  if (product.pricing_mode === null) {
    throw ApiError.refused(
      'PRODUCT_PRICING_MODE_REQUIRED',
      'Product pricing_mode must be set before adding localized prices',
    );
  }
  if ((product.pricing_mode === 'by_country') !== (countryCode !== null)) {
    throw ApiError.refused(
      'LOCALIZED_PRICE_SHAPE_MISMATCH',
      "Localized price shape does not match the product's pricing_mode",
    );
  }
  if (countryCode === null && name === product.price.currency) {
    throw ApiError.refused(
      'LOCALIZED_PRICE_DUPLICATES_BASE',
      "Localized price duplicates the product's base currency/country",
    );
  }
}

function update(ctx: Context, product: Product, entry: LocalizedPrice, body: unknown) {
  const { amount } = parseBody(updateRequest, body);
  const patch = { amount: amount ?? entry.amount, updated_at: ctx.clock.iso() };
  return viewPrice(product, ctx.store.localizedPrices.update(entry.id, patch));
}

function viewPrice(product: Product, { archived: _archived, ...entry }: LocalizedPrice) {
  return { ...entry, mode: product.pricing_mode ?? 'by_currency' };
}
