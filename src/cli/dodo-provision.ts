import type { Catalogue } from '../billing/plans/plan-catalogue';
import type { DodoProduct, DodoProvisioner } from '../dodo/dodo.provisioner';
import { articlesOf, differenceOf, mixedCurrencies, setupFee } from './articles';
import type { Article } from './articles';

/** Metadata that says which of our articles a product at Dodo is. */
const ARTICLE_METADATA = 'autoposting_id';

const ENDPOINT_DESCRIPTION = 'Autoposting billing';

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
    const fee = setupFee(ownSetupFeeProductId, catalogue, products);
    const setupFeeProductId = await this.ensureProduct(fee, products);
    this.warnings.push(...mixedCurrencies(fee, catalogue));
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
    const difference = differenceOf(article, product);
    if (difference !== null) this.warnings.push(difference);
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
