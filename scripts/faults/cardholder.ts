import type { SeededRandom } from './seeded-random';
import type { Stage } from './stage';

/** What may become of a dispute that the merchant has objected to, and of one that they have not. */
const ENDINGS = ['accepted', 'cancelled', 'won', 'lost'];
const UNANSWERED_ENDINGS = [...ENDINGS, 'expired'];
const IS_CHALLENGED = 0.4;
const IS_DECIDED = 0.8;

/** Whoever's card it is, who may not want to have paid, and tells their bank. */
export class Cardholder {
  private readonly open: string[] = [];

  constructor(
    private readonly stage: Stage,
    private readonly random: SeededRandom,
  ) {}

  async dispute(paymentId: string): Promise<void> {
    const id = await this.stage.sandbox.dispute(paymentId);
    if (id !== null) this.open.push(id);
    this.stage.diary.steps.note('dispute a payment', id === null ? 'refused' : 'done');
  }

  /** Of some the bank never decides. */
  async hearFromTheBank(): Promise<void> {
    const id = this.open.pop();
    if (id === undefined) return;
    const { sandbox, diary } = this.stage;
    const isChallenged = this.random.chance(IS_CHALLENGED);
    if (isChallenged) await sandbox.moveDispute(id, 'challenged');
    if (this.random.chance(IS_DECIDED))
      await sandbox.moveDispute(id, this.random.pick(isChallenged ? ENDINGS : UNANSWERED_ENDINGS));
    diary.steps.note('hear what came of a dispute', 'done');
  }
}
