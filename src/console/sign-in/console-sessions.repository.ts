import { Injectable } from '@nestjs/common';
import { LessThan, MoreThan } from 'typeorm';
import { Database } from '../../database/database';
import type { Tx } from '../../database/database';
import { ConsoleSession } from './console-session.entity';

@Injectable()
export class ConsoleSessionsRepository {
  constructor(private readonly database: Database) {}

  async insertSession(tx: Tx, session: ConsoleSession): Promise<void> {
    await tx.insert(ConsoleSession, session);
  }

  /** One that still counts `at` that time. */
  findSession(hash: Buffer, at: Date): Promise<ConsoleSession | null> {
    return this.database.manager.findOneBy(ConsoleSession, { hash, expiresAt: MoreThan(at) });
  }

  async deleteSession(tx: Tx, hash: Buffer): Promise<void> {
    await tx.delete(ConsoleSession, { hash });
  }

  async deleteExpired(tx: Tx, at: Date): Promise<void> {
    await tx.delete(ConsoleSession, { expiresAt: LessThan(at) });
  }
}
