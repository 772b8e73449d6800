import { Steps } from './steps';

/** An organization that the service has told us of. */
export interface Org {
  id: string;
  name: string;
  key: string;
}

export interface Consumption {
  org: Org;
  key: string;
  amount: number;
  /** `unknown` until the same key has got an answer. */
  outcome: 'unknown' | 'spent' | 'refused';
  entryId: string | null;
}

/** Where an organization hears of its changes. */
export interface Listening {
  org: Org;
  endpointId: string;
  /** The service has said so by then: what happens later is told there. */
  since: number;
}

export interface PaidFee {
  paymentId: string;
  /** By the sandbox's clock. */
  paidAt: number;
}

/** What is known of a run from the outside: what was asked for, and what was answered. */
export class Diary {
  readonly orgs: Org[] = [];
  readonly consumptions: Consumption[] = [];
  readonly fees: PaidFee[] = [];
  readonly listening: Listening[] = [];
  /** Endpoints that were found switched off, by id: what happened meanwhile was not kept for them. */
  readonly switchedOff: string[] = [];
  /** Answers that no weather explains, such as a key that is not known any more. */
  readonly wrongAnswers: string[] = [];
  readonly steps = new Steps();

  noteConsumption(org: Org, key: string, amount: number): Consumption {
    const consumption: Consumption = { org, key, amount, outcome: 'unknown', entryId: null };
    this.consumptions.push(consumption);
    return consumption;
  }
}
