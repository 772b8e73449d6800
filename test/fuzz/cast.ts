import * as fc from 'fast-check';
import { TestService, type Caller } from '../support/test-service';
import type { Pools } from './schema-values';

/** Organizations in different states, and what exists of theirs. */
export class Cast {
  private constructor(
    private readonly service: TestService,
    private readonly callers: Caller[],
    private readonly weak: Caller,
    private readonly operatorToken: string,
  ) {}

  static async of(service: TestService, operatorToken: string): Promise<Cast> {
    const [fresh, trialing, leaving, onHold, ended] = await Promise.all(
      Array.from({ length: 5 }, () => service.newOrg()),
    );
    const weak = await service.newOrg(['kb:read']);
    await service.checkout(fresh!.key);
    for (const org of [trialing!, leaving!, ended!]) await service.buy(org);
    await service.buy(onHold!);
    for (const org of [trialing!, leaving!, onHold!, ended!]) await service.untilStatus(org, 'trialing');
    await service.setStatus(onHold!, 'on_hold');
    await service.call('POST', '/billing/cancel', { key: leaving!.key });
    await service.call('POST', '/billing/cancel', { key: ended!.key, body: { when: 'now' } });
    const callers = [fresh!, trialing!, trialing!, leaving!, onHold!, ended!];
    return new Cast(service, callers, weak, operatorToken);
  }

  /** Right ones, weak ones and wrong ones; the operator's token goes along with most, for its own routes. */
  credentials(): fc.Arbitrary<Record<string, string>> {
    const keys = fc.constantFrom(...this.callers.map(({ key }) => key));
    const right = fc.oneof(
      keys.map((key) => ({ authorization: `Bearer ${key}` })),
      keys.map((key) => ({ 'x-api-key': key })),
      keys.map((key) => ({ authorization: `bearer  ${key}`, 'x-api-key': key })),
    );
    const wrong = fc.constantFrom<Record<string, string>>(
      {},
      { authorization: '' },
      { authorization: 'Bearer' },
      { authorization: 'Basic eDp5' },
      { authorization: `Bearer sk-social-${'0'.repeat(32)}` },
      { authorization: 'Bearer \u00e9' },
      { 'x-api-key': 'x'.repeat(4_000) },
      { 'x-api-key': this.weak.key },
      { 'x-api-key': this.weak.key, authorization: `Bearer ${this.callers[0]!.key}` },
    );
    const apiKey = fc.oneof({ weight: 7, arbitrary: right }, { weight: 1, arbitrary: wrong });
    const operator = fc.oneof(
      {
        weight: 7,
        arbitrary: fc.constant<Record<string, string>>({ 'x-operator-token': this.operatorToken }),
      },
      { weight: 1, arbitrary: fc.constantFrom<Record<string, string>>({}, { 'x-operator-token': 'wrong' }) },
    );
    return fc.tuple(apiKey, operator).map(([one, other]) => ({ ...one, ...other }));
  }

  /** By the field that would hold them, and by the first word of the path. */
  async pools(): Promise<Pools> {
    const ids = async (sql: string) =>
      (await this.service.query(sql)).map(({ id }) => String(id)).slice(0, 20);
    for (const { key } of this.callers) {
      const body = { name: 'more', scopes: ['kb:read'] };
      await this.service.call('POST', '/api-keys', { key, body });
    }
    return {
      planId: await ids('SELECT id FROM plans'),
      packId: await ids('SELECT id FROM credit_packs'),
      sessionId: await ids('SELECT id FROM checkouts'),
      'api-keys': await ids(`SELECT id FROM api_keys WHERE name = 'more'`),
      organizations: await ids('SELECT id FROM organizations'),
      operator: await ids('SELECT id FROM dodo_events'),
    };
  }
}
