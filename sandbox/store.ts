import { Journal, type Change } from './journal';
import type { Checkout } from './model/checkouts';
import type { Customer, PaymentMethod, WalletEntry } from './model/customers';
import type { Dispute } from './model/disputes';
import type { Fault } from './model/faults';
import type { Payment, Refund } from './model/payments';
import type { LocalizedPrice, Product, ShortLink } from './model/products';
import type { PaymentLink, Subscription } from './model/subscriptions';
import type { Delivery, Endpoint, Event } from './model/webhooks';

interface Setting {
  name: string;
  value: unknown;
}

/** Records of one kind by id, in the order in which they were made. Records are replaced, never changed in place. */
export class Collection<T extends object> {
  private readonly records = new Map<string, T>();
  private readonly groups = new Map<unknown, Set<string>>();

  constructor(
    readonly name: string,
    private readonly key: keyof T,
    private readonly changed: (change: Change) => void,
    private readonly groupKey?: keyof T,
  ) {}

  get(id: string): T | undefined {
    return this.records.get(id);
  }

  put(record: T): T {
    const id = String(record[this.key]);
    this.set(id, record);
    this.changed({ c: this.name, id, v: record });
    return record;
  }

  update(id: string, patch: Partial<T>): T {
    const record = this.records.get(id);
    if (!record) throw new Error(`${this.name} has no ${id}`);
    return this.put({ ...record, ...patch });
  }

  delete(id: string): void {
    this.unset(id);
    this.changed({ c: this.name, id, v: null });
  }

  clear(): void {
    this.empty();
    this.changed({ c: this.name, id: null, v: null });
  }

  all(): T[] {
    return [...this.records.values()];
  }

  newest(matches: (record: T) => boolean = () => true): T[] {
    return this.all().filter(matches).toReversed();
  }

  /** The records that share a value of the collection's group key. */
  group(value: unknown): T[] {
    const ids = this.groups.get(value) ?? [];
    return [...ids].flatMap((id) => this.records.get(id) ?? []);
  }

  /** Takes over a change read from the journal. */
  replay({ id, v }: Change): void {
    if (id === null) this.empty();
    else if (v === null) this.unset(id);
    else this.set(id, v as T);
  }

  *snapshot(): Iterable<Change> {
    for (const [id, v] of this.records) yield { c: this.name, id, v };
  }

  private set(id: string, record: T): void {
    if (this.groupKey) {
      this.ungroup(id);
      const value = record[this.groupKey];
      const ids = this.groups.get(value) ?? new Set<string>();
      this.groups.set(value, ids.add(id));
    }
    this.records.set(id, record);
  }

  private unset(id: string): void {
    this.ungroup(id);
    this.records.delete(id);
  }

  private empty(): void {
    this.records.clear();
    this.groups.clear();
  }

  private ungroup(id: string): void {
    const before = this.records.get(id);
    if (before && this.groupKey) this.groups.get(before[this.groupKey])?.delete(id);
  }
}

/**
 * Everything the sandbox knows. Changes made in one go are written as one line of the journal
 * before the next answer or webhook leaves, so a crash keeps a payment whole or not at all.
 */
export class Store {
  private readonly collections = new Map<
    string,
    { replay(change: Change): void; snapshot(): Iterable<Change> }
  >();
  private readonly listeners: ((change: Change) => void)[] = [];
  private readonly journal: Journal | null;
  private unwritten: Change[] = [];

  readonly products = this.collection<Product>('products', 'product_id');
  readonly localizedPrices = this.collection<LocalizedPrice>('localized_prices', 'id');
  readonly shortLinks = this.collection<ShortLink>('short_links', 'slug');
  readonly customers = this.collection<Customer>('customers', 'customer_id');
  readonly paymentMethods = this.collection<PaymentMethod>('payment_methods', 'payment_method_id');
  readonly walletEntries = this.collection<WalletEntry>('wallet_entries', 'id');
  readonly checkouts = this.collection<Checkout>('checkouts', 'session_id');
  readonly payments = this.collection<Payment>('payments', 'payment_id');
  readonly refunds = this.collection<Refund>('refunds', 'refund_id', 'payment_id');
  readonly disputes = this.collection<Dispute>('disputes', 'dispute_id', 'payment_id');
  readonly subscriptions = this.collection<Subscription>('subscriptions', 'subscription_id');
  readonly links = this.collection<PaymentLink>('links', 'link_id');
  readonly endpoints = this.collection<Endpoint>('endpoints', 'id');
  readonly events = this.collection<Event>('events', 'event_id');
  readonly deliveries = this.collection<Delivery>('deliveries', 'delivery_id', 'event_id');
  readonly faults = this.collection<Fault>('faults', 'id');
  readonly settings = this.collection<Setting>('settings', 'name');

  constructor(dataDir: string | null) {
    this.journal = dataDir ? new Journal(dataDir) : null;
    for (const change of this.journal?.read() ?? []) this.collections.get(change.c)?.replay(change);
    this.journal?.compact(this.snapshot());
  }

  onChange(listener: (change: Change) => void): void {
    this.listeners.push(listener);
  }

  flush(): void {
    if (this.unwritten.length === 0) return;
    const changes = this.unwritten;
    this.unwritten = [];
    this.journal?.append(changes);
  }

  private *snapshot(): Iterable<Change> {
    for (const collection of this.collections.values()) yield* collection.snapshot();
  }

  private collection<T extends object>(
    name: string,
    key: keyof T & string,
    groupKey?: keyof T & string,
  ): Collection<T> {
    const collection = new Collection<T>(name, key, (change) => this.record(change), groupKey);
    this.collections.set(name, collection);
    return collection;
  }

  private record(change: Change): void {
    if (this.unwritten.length === 0) queueMicrotask(() => this.flush());
    this.unwritten.push(change);
    for (const listener of this.listeners) listener(change);
  }
}
