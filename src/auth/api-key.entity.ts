import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('api_keys')
export class ApiKey {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'api_keys_pkey' })
  id: string;

  @Column('text')
  orgId: string;

  @Column('text')
  name: string;

  @Column('bytea')
  hash: Buffer;

  /** What the key was before its last rotation; it works until `previousExpiresAt`. */
  @Column('bytea', { nullable: true })
  previousHash: Buffer | null;

  @Column('timestamptz', { nullable: true })
  previousExpiresAt: Date | null;

  @Column('text')
  hint: string;

  @Column('text', { array: true })
  scopes: string[];

  @Column('timestamptz', { nullable: true })
  expiresAt: Date | null;

  @Column('timestamptz', { nullable: true })
  lastUsedAt: Date | null;

  @Column('timestamptz')
  createdAt: Date;

  @Column('timestamptz')
  updatedAt: Date;
}
