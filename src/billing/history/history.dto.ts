import { z } from 'zod';
import { objectOf } from '../../http/openapi.decorators';
import { pageParameters } from '../../http/pagination';

const TYPES = ['payment', 'refund', 'plan_change'] as const;

export type HistoryType = (typeof TYPES)[number];

export const historyRequestSchema = z.object({
  ...pageParameters,
  type: z
    .enum(TYPES, { error: `must be one of ${TYPES.join(', ')}.` })
    .optional()
    .meta({ description: 'Only entries of this type.' }),
});

export type HistoryRequest = z.output<typeof historyRequestSchema>;

export interface HistoryItem {
  id: string;
  type: HistoryType;
  status: string;
  /** Minor units; null for what moves no money. */
  amount: number | null;
  currency: string | null;
  description: string;
  invoiceUrl: string | null;
  createdAt: Date;
}

export const historyItemSchema = objectOf({
  id: { type: 'string' },
  type: { type: 'string', enum: TYPES },
  status: { type: 'string', description: 'State of the payment or refund; `done` for a plan change.' },
  amount: { type: ['integer', 'null'], description: 'In minor units: cents for USD.' },
  currency: { type: ['string', 'null'] },
  description: { type: 'string' },
  invoiceUrl: { type: ['string', 'null'], format: 'uri' },
  createdAt: { type: 'string', format: 'date-time' },
});

export const historyItemExample = {
  id: 'rfd_4fPq0Zt8Yb1sWc7Kd2Xa9e',
  type: 'refund',
  status: 'succeeded',
  amount: 100,
  currency: 'USD',
  description: 'Setup fee given back',
  invoiceUrl: null,
  createdAt: '2026-11-23T12:00:02.000Z',
};
