/** Every webhook that was sent to the service, and which of them it has acknowledged. */
export class Deliveries {
  private readonly attempts = new Map<string, number>();
  private readonly acknowledgements = new Map<string, number>();
  total = 0;

  noteSent(webhookId: string): void {
    this.total += 1;
    this.attempts.set(webhookId, (this.attempts.get(webhookId) ?? 0) + 1);
  }

  /** Also when the sender never got to see the answer: the service has given its word. */
  noteAcknowledged(webhookId: string): void {
    this.acknowledgements.set(webhookId, (this.acknowledgements.get(webhookId) ?? 0) + 1);
  }

  acknowledged(): string[] {
    return [...this.acknowledgements.keys()];
  }

  get events(): number {
    return this.attempts.size;
  }

  /** Those that came after one that the service had acknowledged already. */
  get duplicates(): number {
    return [...this.acknowledgements.values()].reduce((sum, times) => sum + times - 1, 0);
  }

  get unacknowledged(): number {
    return this.attempts.size - this.acknowledgements.size;
  }
}
