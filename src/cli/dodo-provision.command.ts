import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { AppError, quote } from '../app-error';
import { checkPlanCatalogue, readPlanCatalogue } from '../billing/plans/plan-catalogue';
import { loadDodoAccess } from '../config';
import type { DodoAccess } from '../config';
import { DodoError } from '../dodo/dodo.errors';
import { DodoProvisioner } from '../dodo/dodo.provisioner';
import { TO_BE_MADE } from './articles';
import { DodoProvisioning } from './dodo-provision';
import type { Provisioned } from './dodo-provision';
import { WEBHOOK_PATH, warningOfPath } from './webhook-path';

type RawArticle = Record<string, unknown>;
type RawCatalogue = { plans: RawArticle[]; creditPacks?: RawArticle[] };

/** What `dodo provision` prints: the settings by their names, and what was done. */
export async function provisionDodo(options: Record<string, string | undefined>): Promise<object> {
  const { access, plansFile, setupFeeProductId } = loadDodoAccess();
  const webhookUrl = checkWebhookUrl(options['webhook-url'] ?? '', access);
  const isDryRun = options['dry-run'] !== undefined;
  const raw = toComplete(readPlanCatalogue(plansFile), plansFile !== null);
  const catalogue = checkPlanCatalogue(raw, plansFile);
  const done = await provision(
    new DodoProvisioning(new DodoProvisioner(access), isDryRun),
    catalogue,
    setupFeeProductId,
    webhookUrl,
  );
  const plans = fillIn(raw as RawCatalogue, done);
  const planFile = options['plans-out'];
  const elsewhere = warningOfPath(webhookUrl);
  if (planFile !== undefined && !isDryRun) write(planFile, plans);
  return {
    DODO_SETUP_FEE_PRODUCT_ID: done.setupFeeProductId,
    DODO_PAYMENTS_WEBHOOK_KEY: done.webhookKey,
    ...(planFile !== undefined && { PLANS_FILE: resolve(planFile) }),
    plansFile: plans,
    account: 'baseUrl' in access.target ? access.target.baseUrl : access.target.environment,
    isDryRun,
    created: done.created,
    found: done.found,
    warnings: [...catalogue.warnings, ...done.warnings, ...(elsewhere === null ? [] : [elsewhere])],
  };
}

function write(file: string, plans: RawCatalogue): void {
  try {
    writeFileSync(file, `${JSON.stringify(plans, null, 2)}\n`);
  } catch (error) {
    const reason = (error as Error).message;
    throw AppError.badRequest(
      `--plans-out can't be written (${reason}). All is made: run the command again.`,
      error,
    );
  }
}

async function provision(
  provisioning: DodoProvisioning,
  ...what: Parameters<DodoProvisioning['run']>
): Promise<Provisioned> {
  try {
    return await provisioning.run(...what);
  } catch (error) {
    if (!(error instanceof DodoError)) throw error;
    throw new AppError(
      502,
      'payment_provider_error',
      `${error.message}: ${error.detail}\nWhat has been made is kept: run the command again to go on.`,
      { cause: error },
    );
  }
}

function checkWebhookUrl(text: string, { target }: DodoAccess): string {
  const protocols = 'baseUrl' in target ? ['http:', 'https:'] : ['https:'];
  const isUrl = URL.canParse(text) && protocols.includes(new URL(text).protocol);
  if (!isUrl) {
    throw AppError.badRequest(
      `--webhook-url must be a public https address such as https://api.acme.com${WEBHOOK_PATH}, but is ${quote(text)}.`,
    );
  }
  return text;
}

/**
 * A product need not have an id before it is made: where none is given, a text
 * that no product has stands in. The built-in catalogue names the sandbox's own products, which no other account has.
 */
function toComplete(content: unknown, hasOwnIds: boolean): unknown {
  const file = Array.isArray(content) ? { plans: content as unknown } : content;
  if (typeof file !== 'object' || file === null) return file;
  return Object.fromEntries(
    Object.entries(file).map(([name, list]) => [
      name,
      Array.isArray(list) ? list.map((article) => withProductId(article, hasOwnIds)) : list,
    ]),
  );
}

function withProductId(article: unknown, hasOwnIds: boolean): unknown {
  if (typeof article !== 'object' || article === null) return article;
  const { id, dodoProductId } = article as RawArticle;
  const own = hasOwnIds && dodoProductId !== '' ? dodoProductId : undefined;
  return { ...article, dodoProductId: own ?? `${TO_BE_MADE}${String(id)}` };
}

function fillIn(raw: RawCatalogue, { productIds }: Provisioned): RawCatalogue {
  const fill = (articles: RawArticle[]) =>
    articles.map((article) => ({ ...article, dodoProductId: productIds.get(String(article.id)) ?? null }));
  return { ...raw, plans: fill(raw.plans), ...(raw.creditPacks && { creditPacks: fill(raw.creditPacks) }) };
}
