import type { Catalogue } from '../billing/plans/plan-catalogue';
import type { DodoProduct, DodoProvisioner, ProductOrder } from '../dodo/dodo.provisioner';

/** Metadata that says which of our articles a product at Dodo is. */
const ARTICLE_METADATA = 'autoposting_id';

const ENDPOINT_DESCRIPTION = 'Autoposting billing';

/** Stands in the catalogue where no product is named yet: what no product is called. */
export const TO_BE_MADE = 'to be made: ';

const SETUP_FEE: Omit<Article, 'ownProductId'> = {
  id: 'setup_fee',
  label: 'setup_fee',
  name: 'Setup fee (refunded)',
  description: 'A one-time charge that verifies your card. It is refunded automatically.',
  amountMinor: 100,
  currency: 'USD',
  interval: null,
};

interface Article extends Omit<ProductOrder, 'metadata'> {
  /** Its id in the catalogue. */
  id: string;
  /** How it is called in the metadata and in the report: `plan:plan_pro`. */
  label: string;
  /** The product that the settings name, if they name one. */
  ownProductId: string | null;
}

export interface Provisioned {
  setupFeeProductId: string | null;
  /** Of each plan and pack, by its id in the catalogue. */
  productIds: Map<string, string | null>;
  webhookKey: string | null;
  created: string[];
  found: string[];
  warnings: string[];
}

/**
 * Brings an account to what the catalogue needs. What is there already is
 * recognized (products by the settings' id of them or by metadata, the endpoint
 * by its address) and never changed; the rest is made. Run again, also after it
 * was cut off, it makes only what is missing.
 */
export class DodoProvisioning {
  private readonly created: string[] = [];
  private readonly found: string[] = [];
  private readonly warnings: string[] = [];

  constructor(
    private readonly dodo: DodoProvisioner,
    private readonly isDryRun: boolean,
  ) {}

  /** `ownSetupFeeProductId`: the product that is the fee until now; null for none. */
  async run(
    catalogue: Catalogue,
    ownSetupFeeProductId: string | null,
    webhookUrl: string,
  ): Promise<Provisioned> {
    const products = (await this.dodo.listProducts()).toSorted((a, b) =>
      a.createdAt < b.createdAt ? -1 : 1,
    );
    const fee = { ...SETUP_FEE, ownProductId: ownSetupFeeProductId };
    const setupFeeProductId = await this.ensureProduct(fee, products);
    const productIds = new Map<string, string | null>();
    for (const article of articlesOf(catalogue)) {
      productIds.set(article.id, await this.ensureProduct(article, products));
    }
    const webhookKey = await this.ensureEndpoint(webhookUrl);
    const { created, found, warnings } = this;
    return { setupFeeProductId, productIds, webhookKey, created, found, warnings };
  }

  /** Its id; null when it would have to be made and this is a dry run. */
  private async ensureProduct(article: Article, products: DodoProduct[]): Promise<string | null> {
    const own = products.find(({ id }) => id === article.ownProductId);
    if (article.ownProductId !== null && !own) this.warnOfReplacement(article);
    const known = own ?? products.find(({ metadata }) => metadata[ARTICLE_METADATA] === article.label);
    if (known) {
      this.found.push(article.label);
      this.compare(article, known);
      return known.id;
    }
    this.created.push(article.label);
    if (this.isDryRun) return null;
    const { label, name, description, amountMinor, currency, interval } = article;
    const metadata = { [ARTICLE_METADATA]: label };
    return this.dodo.createProduct({ name, description, amountMinor, currency, interval, metadata });
  }

  private warnOfReplacement({ label, ownProductId }: Article): void {
    this.warnings.push(
      `${label}: ${ownProductId} is not for sale at Dodo (is it archived?), so another product takes its place. ` +
        'A service that has run with the old one goes on knowing what was sold under it.',
    );
  }

  /** A product is never changed from here: whoever pays by it has agreed to its price. */
  private compare(article: Article, product: DodoProduct): void {
    const wanted = describe(article.amountMinor, article.currency, article.interval !== null);
    const actual = describe(product.amountMinor, product.currency, product.isRecurring);
    if (product.amountMinor === null || wanted === actual) return;
    this.warnings.push(
      `${article.label} is ${actual} at Dodo (${product.id}), and ${wanted} in the catalogue.`,
    );
  }

  private async ensureEndpoint(url: string): Promise<string | null> {
    const known = (await this.dodo.listEndpoints()).find((endpoint) => endpoint.url === url);
    (known ? this.found : this.created).push(`webhook ${url}`);
    if (known?.isDisabled) this.warnings.push(`The webhook endpoint ${known.id} is disabled at Dodo.`);
    if (!known && this.isDryRun) return null;
    const id = known?.id ?? (await this.dodo.createEndpoint(url, ENDPOINT_DESCRIPTION, `autoposting ${url}`));
    return this.dodo.getEndpointSecret(id);
  }
}

function articlesOf({ plans, creditPacks }: Catalogue): Article[] {
  return [
    ...plans.map(({ id, dodoProductId, name, amountMinor, currency, interval }) => ({
      id,
      label: `plan:${id}`,
      ownProductId: namedProduct(dodoProductId),
      name,
      description: `The ${name} plan.`,
      amountMinor,
      currency,
      interval,
    })),
    ...creditPacks.map(({ id, dodoProductId, name, amountMinor, currency, credits }) => ({
      id,
      label: `pack:${id}`,
      ownProductId: namedProduct(dodoProductId),
      name,
      description: `${credits} credits.`,
      amountMinor,
      currency,
      interval: null,
    })),
  ];
}

const namedProduct = (id: string): string | null => (id.startsWith(TO_BE_MADE) ? null : id);

function describe(amountMinor: number | null, currency: string | null, isRecurring: boolean): string {
  return `${amountMinor} ${currency} ${isRecurring ? 'recurring' : 'once'}`;
}
