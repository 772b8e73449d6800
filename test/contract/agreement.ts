type Json = Record<string, unknown>;

/** What may stand in the document beside what the contract has. */
const MORE_MAY_STAND_IN = [
  /^\.paths$/,
  /\.responses$/,
  /^\.components$/,
  /^\.components\.(schemas|securitySchemes)$/,
  /^\.tags$/,
];
/** Limits that narrow a schema without changing its type. */
const LIMITS = new Set(['minLength', 'maxLength', 'pattern', 'minimum', 'maximum']);

/** Every way in which `document` breaks its word; empty when it keeps it. */
export function disagreements(contract: unknown, document: unknown, at = ''): string[] {
  if (at.endsWith('.description'))
    return typeof document === 'string' && document !== '' ? [] : [`${at} is missing`];
  if (at === '.tags') return tagDisagreements(contract as Json[], document as Json[]);
  if (Array.isArray(contract) || typeof contract !== 'object' || contract === null) {
    return JSON.stringify(contract) === JSON.stringify(document)
      ? []
      : [`${at} is ${JSON.stringify(document)} instead of ${JSON.stringify(contract)}`];
  }
  if (typeof document !== 'object' || document === null) return [`${at} is missing`];
  const missing = Object.entries(contract).flatMap(([key, value]) =>
    disagreements(value, (document as Json)[key], `${at}.${key}`),
  );
  const isOpen = MORE_MAY_STAND_IN.some((place) => place.test(at));
  const added = Object.keys(document).filter((key) => !(key in contract) && !isOpen && !LIMITS.has(key));
  return [...missing, ...added.map((key) => `${at}.${key} is not in the contract`)];
}

/** Tags that have operations are enough, so only the contract's own that are used here must be there. */
function tagDisagreements(contract: Json[], document: Json[]): string[] {
  const names = document.map((tag) => tag.name);
  return contract.filter((tag) => !names.includes(tag.name)).map((tag) => `.tags lacks ${String(tag.name)}`);
}
