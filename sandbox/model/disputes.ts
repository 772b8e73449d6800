import type { DisputeStage, DisputeStatus } from '../reference';

/** A customer's bank has called a payment in question. */
export interface Dispute {
  dispute_id: string;
  payment_id: string;
  /** Minor units; the API writes them as a text. */
  amount: number;
  currency: string;
  dispute_status: DisputeStatus;
  dispute_stage: DisputeStage;
  reason: string | null;
  remarks: string | null;
  created_at: string;
}
