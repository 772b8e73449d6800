/** A secret that is shorter could be guessed. */
export const MIN_SECRET_LENGTH = 32;

type RawEnvironment = Record<string, string | undefined>;

const isLive = (environment: RawEnvironment) => environment.DODO_PAYMENTS_ENVIRONMENT?.trim() === 'live_mode';

/** Which account it is about has to be said. Beside an address, `test_mode` adds nothing; `live_mode` may be meant. */
export function dodoProblems(environment: RawEnvironment): string[] {
  const problems: string[] = [];
  const isSet = (name: string) => Boolean(environment[name]?.trim());
  if (!isSet('DODO_PAYMENTS_ENVIRONMENT') && !isSet('DODO_PAYMENTS_BASE_URL'))
    problems.push('set DODO_PAYMENTS_ENVIRONMENT (test_mode, live_mode) or DODO_PAYMENTS_BASE_URL');
  if (isLive(environment) && isSet('DODO_PAYMENTS_BASE_URL'))
    problems.push('DODO_PAYMENTS_BASE_URL must not be set in live_mode: it would be called instead');
  if (isLive(environment) && !isSet('PLANS_FILE'))
    problems.push('PLANS_FILE is required in live_mode: the plan catalogue');
  return problems;
}

/** What is well known or convenient while trying things out must not be so once money is real. */
export function liveModeProblems(environment: RawEnvironment): string[] {
  if (!isLive(environment)) return [];
  const problems: string[] = [];
  if (isShort(environment.OPERATOR_TOKEN?.trim()))
    problems.push(
      `OPERATOR_TOKEN must have at least ${MIN_SECRET_LENGTH} characters in live_mode: it opens every organization`,
    );
  if ((environment.API_KEY_PEPPER ?? '').trim().length < MIN_SECRET_LENGTH)
    problems.push(`API_KEY_PEPPER must have at least ${MIN_SECRET_LENGTH} characters in live_mode`);
  if (!environment.SECRETS_KEY?.trim())
    problems.push('SECRETS_KEY is required in live_mode: the key under which webhook secrets are encrypted');
  if (environment.ALLOW_LOOPBACK_WEBHOOKS?.trim() === 'true')
    problems.push('ALLOW_LOOPBACK_WEBHOOKS must be false in live_mode: it opens this machine to customers');
  return problems;
}

/** Whether something that is set could be guessed. */
function isShort(secret: string | undefined): boolean {
  return Boolean(secret) && secret!.length < MIN_SECRET_LENGTH;
}

/** Warnings about keys that everybody knows or could guess. */
export function weakSecrets(env: {
  API_KEY_PEPPER?: string;
  SECRETS_KEY?: string[];
  OPERATOR_TOKEN?: string;
}): string[] {
  const warnings: string[] = [];
  if (isShort(env.OPERATOR_TOKEN))
    warnings.push(
      `OPERATOR_TOKEN has fewer than ${MIN_SECRET_LENGTH} characters: it could be guessed, and opens every organization.`,
    );
  if (!env.API_KEY_PEPPER)
    warnings.push(
      'API_KEY_PEPPER is not set: API keys are hashed with a well-known pepper. Set one before real use.',
    );
  if (!env.SECRETS_KEY)
    warnings.push(
      'SECRETS_KEY is not set: webhook secrets are encrypted with a well-known key. Set one before real use.',
    );
  return warnings;
}
