/** A secret that is shorter could be guessed. */
export const MIN_SECRET_LENGTH = 32;

type RawEnvironment = Record<string, string | undefined>;

/** Which account it is about has to be said, and said once. */
export function dodoProblems(environment: RawEnvironment): string[] {
  const problems: string[] = [];
  const isSet = (name: string) => Boolean(environment[name]?.trim());
  const isLive = environment.DODO_PAYMENTS_ENVIRONMENT === 'live_mode';
  if (isSet('DODO_PAYMENTS_ENVIRONMENT') === isSet('DODO_PAYMENTS_BASE_URL')) {
    problems.push(
      'set exactly one of DODO_PAYMENTS_ENVIRONMENT (test_mode, live_mode) and DODO_PAYMENTS_BASE_URL',
    );
  }
  if (isLive && !isSet('PLANS_FILE'))
    problems.push('PLANS_FILE is required in live_mode: the plan catalogue');
  return problems;
}

/** What is well known or convenient while trying things out must not be so once money is real. */
export function liveModeProblems(environment: RawEnvironment): string[] {
  if (environment.DODO_PAYMENTS_ENVIRONMENT !== 'live_mode') return [];
  const problems: string[] = [];
  if ((environment.API_KEY_PEPPER ?? '').length < MIN_SECRET_LENGTH)
    problems.push(`API_KEY_PEPPER must have at least ${MIN_SECRET_LENGTH} characters in live_mode`);
  if (!environment.SECRETS_KEY?.trim())
    problems.push('SECRETS_KEY is required in live_mode: the key under which webhook secrets are encrypted');
  if (environment.ALLOW_LOOPBACK_WEBHOOKS?.trim() === 'true')
    problems.push('ALLOW_LOOPBACK_WEBHOOKS must be false in live_mode: it opens this machine to customers');
  return problems;
}

/** Warnings about keys that everybody knows. */
export function wellKnownKeys(env: { API_KEY_PEPPER?: string; SECRETS_KEY?: string[] }): string[] {
  const warnings: string[] = [];
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
