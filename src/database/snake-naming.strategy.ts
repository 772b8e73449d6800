import { DefaultNamingStrategy } from 'typeorm';

/** `dodoCustomerId` in code is `dodo_customer_id` in the database. */
export class SnakeNamingStrategy extends DefaultNamingStrategy {
  override columnName(propertyName: string, customName: string | undefined, prefixes: string[]): string {
    return [...prefixes, customName ?? propertyName]
      .join('_')
      .replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
  }
}
