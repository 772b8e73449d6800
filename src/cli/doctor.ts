import { loadPlanCatalogue } from '../billing/plans/plan-catalogue';
import { Clock } from '../clock';
import type { Config } from '../config';
import { decodeWebhookKey } from '../config-fields';
import { DatabaseIsNewer, inspect } from '../database/migrate';
import { DodoError, DodoRejected } from '../dodo/dodo.errors';
import { DodoProvisioner } from '../dodo/dodo.provisioner';
import type { DodoEndpoint, DodoProduct } from '../dodo/dodo.provisioner';
import { pingRedis } from '../http/redis';
import { causeInSettings } from '../start';
import { TOLERANCE_SECONDS } from '../webhooks/signature';
import { articlesOf, differenceOf, mixedCurrencies, setupFee } from './articles';
import type { Article } from './articles';
import { endsAtWebhookPath, warningOfPath } from './webhook-path';

/** `problem`: money or access would go wrong, or nothing would work. `warning`: a person should know. */
export interface Finding {
  check: string;
  state: 'ok' | 'warning' | 'problem';
  message: string;
}

/** Clocks of Dodo and of ours may differ by so much without anybody having to look. */
const CLOCK_WARNING_SECONDS = 30;

/** An endpoint that does not hear of these leaves money or access as it was until the next comparison. */
const NEEDED_EVENTS = [
  'payment.succeeded',
  'refund.succeeded',
  'refund.failed',
  'subscription.active',
  'subscription.renewed',
  'subscription.on_hold',
  'subscription.past_due',
  'subscription.cancelled',
  'subscription.expired',
  'subscription.failed',
  'subscription.plan_changed',
  'dispute.opened',
];

/**
 * Looks whether what the settings name is there and is what they say: the
 * database, Redis, and the account at Dodo with its products and its webhook. It
 * only reads; what it finds is told as it goes.
 */
export class Doctor {
  private readonly findings: Finding[] = [];
  private readonly dodo: DodoProvisioner;

  constructor(
    private readonly config: Config,
    private readonly tell: (finding: Finding) => void,
  ) {
    this.dodo = new DodoProvisioner(config.dodo);
  }

  async examine(): Promise<Finding[]> {
    for (const warning of this.config.warnings) this.note('settings', 'warning', warning);
    await this.look('database', () => this.lookAtDatabase());
    if (this.config.redisUrl !== null)
      await this.look('redis', () => this.lookAtRedis(this.config.redisUrl!));
    if (await this.look('dodo account', () => this.lookAtClock())) {
      await this.look('products', () => this.lookAtProducts());
      await this.look('webhook', () => this.lookAtWebhook());
      await this.look('disputes', () => this.lookAtDisputes());
    }
    return this.findings;
  }

  /** Says whether it could be looked at. */
  private async look(check: string, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.note(check, 'problem', reasonOf(error));
      return false;
    }
  }

  private note(check: string, state: Finding['state'], message: string): void {
    const finding = { check, state, message };
    this.findings.push(finding);
    this.tell(finding);
  }

  private async lookAtDatabase(): Promise<void> {
    const { version, isReadOnly, missing, mayMigrate } = await inspect(this.config.databaseUrl);
    if (isReadOnly) {
      const reason = 'It is a standby, or read-only.';
      return this.note('database', 'problem', `PostgreSQL ${version} answers and takes no writes. ${reason}`);
    }
    if (missing > 0 && !mayMigrate) {
      const reason = `The user of DATABASE_URL needs CREATE on the database and on its schema.`;
      return this.note(
        'database',
        'problem',
        `A start has ${missing} migration(s) to make and may not. ${reason}`,
      );
    }
    const schema =
      missing === 0
        ? 'its schema is up to date'
        : `a start makes ${missing} migration(s) that it has not had`;
    this.note('database', 'ok', `PostgreSQL ${version} answers; ${schema}.`);
  }

  private async lookAtRedis(url: string): Promise<void> {
    await pingRedis(url).catch((error: Error) => {
      throw new Error(`Redis can't be used (${error.message}).`);
    });
    this.note('redis', 'ok', 'Redis answers: replicas count calls together.');
  }

  private async lookAtClock(): Promise<void> {
    const { target } = this.config.dodo;
    const theirs = await this.dodo.readClock();
    const account = 'baseUrl' in target ? target.baseUrl : target.environment;
    this.note('dodo account', 'ok', `Dodo (${account}) takes the API key.`);
    if (theirs === null) return;
    const apart = Math.round(Math.abs(new Clock().now().getTime() - theirs.getTime()) / 1000);
    if (apart < CLOCK_WARNING_SECONDS) return;
    const isTooMuch = apart >= TOLERANCE_SECONDS;
    const consequence = `events whose time differs by ${TOLERANCE_SECONDS} s are refused`;
    const message = `The clock here and the one of Dodo are ${apart} s apart; ${consequence}.`;
    this.note('clock', isTooMuch ? 'problem' : 'warning', message);
  }

  private async lookAtProducts(): Promise<void> {
    const { plansFile, dodo } = this.config;
    const catalogue = loadPlanCatalogue(plansFile, dodo.setupFeeProductId);
    for (const warning of catalogue.warnings) this.note('settings', 'warning', warning);
    const products = await this.dodo.listProducts();
    const fee = setupFee(dodo.setupFeeProductId, catalogue, products);
    for (const article of [fee, ...articlesOf(catalogue)]) this.lookAtArticle(article, products);
    for (const warning of mixedCurrencies(fee, catalogue)) this.note('currencies', 'warning', warning);
  }

  private lookAtArticle(article: Article, products: DodoProduct[]): void {
    const product = products.find(({ id }) => id === article.ownProductId);
    if (!product) {
      const reason = 'It is of another account or mode, or archived.';
      return this.note(
        article.label,
        'problem',
        `There is no product ${article.ownProductId} for sale at Dodo. ${reason}`,
      );
    }
    const difference = differenceOf(article, product);
    this.note(
      article.label,
      difference === null ? 'ok' : 'problem',
      difference ?? `${product.id} is as it should be.`,
    );
  }

  private async lookAtWebhook(): Promise<void> {
    const endpoints = await this.dodo.listEndpoints();
    const ours = this.config.dodo.webhookKeys.map(bytesOf);
    for (const endpoint of endpoints) {
      const secret = await this.dodo.getEndpointSecret(endpoint.id);
      if (ours.includes(bytesOf(secret))) return this.lookAtEndpoint(endpoint);
    }
    const candidates = endpoints.filter(({ url }) => endsAtWebhookPath(url)).map(({ url }) => url);
    const hint =
      candidates.length === 0
        ? '`dodo provision` makes one.'
        : `The secret of ${candidates.join(', ')} is another one: copy it from Dodo.`;
    this.note('webhook', 'problem', `No endpoint at Dodo signs with DODO_PAYMENTS_WEBHOOK_KEY. ${hint}`);
  }

  private async lookAtDisputes(): Promise<void> {
    if (await this.dodo.showsDisputes()) return;
    const message = 'Dodo shows no disputes to this API key: one whose webhook is lost will not be found.';
    this.note('disputes', 'warning', message);
  }

  private lookAtEndpoint({ url, isDisabled, types }: DodoEndpoint): void {
    const unheard = types === null ? [] : NEEDED_EVENTS.filter((type) => !types.includes(type));
    const elsewhere = warningOfPath(url);
    if (isDisabled) this.note('webhook', 'problem', `The endpoint ${url} is disabled at Dodo.`);
    if (unheard.length > 0)
      this.note('webhook', 'problem', `The endpoint ${url} does not hear of ${unheard.join(', ')}.`);
    if (elsewhere !== null) this.note('webhook', 'warning', elsewhere);
    if (!isDisabled && unheard.length === 0 && elsewhere === null)
      this.note('webhook', 'ok', `Dodo sends its events to ${url}, signed with our key.`);
  }
}

/** What signs: a secret may be written with or without its prefix and its padding. */
function bytesOf(secret: string): string {
  return decodeWebhookKey(secret)?.toString('base64') ?? secret;
}

function reasonOf(error: unknown): string {
  if (error instanceof DodoRejected && (error.status === 401 || error.status === 403))
    return `Dodo does not take DODO_PAYMENTS_API_KEY (${error.status}): is it of this mode, and may it write?`;
  if (error instanceof DodoError) return `${error.message}: ${error.detail}`;
  if (error instanceof DatabaseIsNewer) return error.message;
  return causeInSettings(error) ?? (error as Error).message;
}
