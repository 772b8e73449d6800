/** Something that must not be: which law, whose, and what was found in place of what. */
export interface Violation {
  law: string;
  orgId: string | null;
  what: string;
}

/** Where the comparisons write down what they find. */
export class Findings {
  readonly violations: Violation[] = [];
  private checks = 0;

  get compared(): number {
    return this.checks;
  }

  check(isRight: boolean, law: string, orgId: string | null, what: () => string): void {
    this.checks += 1;
    if (!isRight) this.violations.push({ law, orgId, what: what() });
  }

  same(found: unknown, expected: unknown, law: string, orgId: string | null, what: string): void {
    this.check(found === expected, law, orgId, () => `${what} is ${show(found)}, not ${show(expected)}`);
  }
}

const show = (value: unknown): string => JSON.stringify(value) ?? 'undefined';
