import { AppError, quote } from '../../app-error';

export class AdoptionRefused extends AppError {
  static noSuchCustomer(customerId: string, cause: unknown): AdoptionRefused {
    return new AdoptionRefused(404, 'not_found', `Dodo has no customer ${quote(customerId)}.`, { cause });
  }

  static hasAnother(orgId: string, customerId: string): AdoptionRefused {
    return AdoptionRefused.conflict(`Organization ${orgId} has customer ${customerId} already.`);
  }

  static isTaken(customerId: string, orgId: string): AdoptionRefused {
    return AdoptionRefused.conflict(`Customer ${customerId} belongs to organization ${orgId}.`);
  }

  /** One of them would be taken for one too many, and ended. */
  static hasSeveral(customerId: string, subscriptionIds: string[]): AdoptionRefused {
    return AdoptionRefused.conflict(
      `Customer ${customerId} has ${subscriptionIds.length} live subscriptions (${subscriptionIds.join(', ')}), and an ` +
        'organization has one: end the others at Dodo first.',
    );
  }

  private static conflict(message: string): AdoptionRefused {
    return new AdoptionRefused(409, 'conflict', message);
  }
}
