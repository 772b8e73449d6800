import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Somebody who is signed in to the console. Deleted when they sign out, or some time after it has expired. */
@Entity('console_sessions')
export class ConsoleSession {
  /** Of what the browser holds, keyed with the operator token: who reads this table can't sign in with it. */
  @PrimaryColumn('bytea', { primaryKeyConstraintName: 'console_sessions_pkey' })
  hash: Buffer;

  /** As they gave it: it goes into the audit log. */
  @Column('text')
  operatorName: string;

  @Column('timestamptz')
  createdAt: Date;

  @Column('timestamptz')
  expiresAt: Date;
}
