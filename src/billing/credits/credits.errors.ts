import { AppError, quote } from '../../app-error';

export class InsufficientCredits extends AppError {
  constructor(balance: number, amount: number) {
    super(402, 'insufficient_credits', `Not enough credits: ${amount} needed, ${balance} left.`);
  }
}

export class CreditPackNotFound extends AppError {
  constructor(packId: string) {
    super(404, 'not_found', `There is no credit pack ${quote(packId)}.`);
  }
}
