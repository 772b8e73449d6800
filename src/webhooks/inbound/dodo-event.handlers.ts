import { Injectable } from '@nestjs/common';

/** What a stored event says, read leniently: the body may hold anything. */
export interface DodoHint {
  type: string;
  /** Whose account at Dodo it is about, if that can be read. */
  businessId?: string;
  /** The object that the event is about, as it was when the event was sent. */
  data: Record<string, unknown>;
}

/** Resolves when the hint has been followed. Throws {@link NoOrganization} when it fits none. */
export type DodoEventHandler = (hint: DodoHint) => Promise<void>;

/** An event that can't be tied to an organization yet; the keys say by what it could be. */
export class NoOrganization extends Error {
  constructor(readonly matchKeys: string[]) {
    super(`No organization fits ${matchKeys.join(', ')}.`);
    this.name = 'NoOrganization';
  }
}

/** An event that no retry can mend. */
export class UnusableEvent extends Error {
  override name = 'UnusableEvent';
}

/** An event that turns out to say nothing that is followed here: it is ignored. */
export class NothingToFollow extends Error {
  override name = 'NothingToFollow';
}

/** Dodo does not show yet what its event told of: the event stays pending and is tried again. */
export class NotVisibleYet extends Error {
  override name = 'NotVisibleYet';
}

/** Which code follows which event. Billing brings the table; the inbox knows nothing of billing. */
@Injectable()
export class DodoEventHandlers {
  private readonly handlers = new Map<string, DodoEventHandler>();
  private readonly byPrefix = new Map<string, DodoEventHandler>();

  register(table: Record<string, DodoEventHandler>): void {
    for (const [type, handler] of Object.entries(table)) {
      if (this.handlers.has(type)) throw new Error(`Two handlers are registered for the event ${type}.`);
      this.handlers.set(type, handler);
    }
  }

  /** For types that Dodo may add: `payment.` stands for all that begin so and have no handler of their own. */
  registerPrefixes(table: Record<string, DodoEventHandler>): void {
    for (const [prefix, handler] of Object.entries(table)) this.byPrefix.set(prefix, handler);
  }

  find(type: string): DodoEventHandler | undefined {
    return this.handlers.get(type) ?? this.byPrefix.get(type.slice(0, type.indexOf('.') + 1));
  }
}
