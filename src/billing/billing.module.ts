import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module';
import { DodoModule } from '../dodo/dodo.module';
import { WebhooksModule } from '../webhooks/webhooks.module';
import { AdoptionController } from './adoption/adoption.controller';
import { AdoptionService } from './adoption/adoption.service';
import { BillingAnnouncements } from './billing.announcements';
import { BillingDodoEvents } from './billing.dodo-events';
import { CheckoutOpener } from './checkouts/checkout-opener.service';
import { CheckoutOutcomesService } from './checkouts/checkout-outcomes.service';
import { CheckoutsController } from './checkouts/checkouts.controller';
import { CheckoutsRepository } from './checkouts/checkouts.repository';
import { CheckoutsService } from './checkouts/checkouts.service';
import { DodoCustomersService } from './checkouts/dodo-customers.service';
import { PendingPurchasesService } from './checkouts/pending-purchases.service';
import { CreditGrantsRepository } from './credits/credit-grants.repository';
import { CreditGrantsService } from './credits/credit-grants.service';
import { CreditLedger } from './credits/credit-ledger.service';
import { CreditPacksController } from './credits/credit-packs.controller';
import { CreditPacksRepository } from './credits/credit-packs.repository';
import { CreditPacksService } from './credits/credit-packs.service';
import { CreditSpendingService } from './credits/credit-spending.service';
import { CreditsController } from './credits/credits.controller';
import { CreditsRepository } from './credits/credits.repository';
import { CreditsService } from './credits/credits.service';
import { HistoryController } from './history/history.controller';
import { HistoryRepository } from './history/history.repository';
import { HistoryService } from './history/history.service';
import { EventsOfNewOrganizations } from './new-organizations.listener';
import { OrgOfEventRepository } from './org-of-event.repository';
import { OrgOfEventService } from './org-of-event.service';
import { PaymentsMetrics } from './payments/payments.metrics';
import { PaymentsByHand } from './payments/payments-by-hand.service';
import { PaymentReader } from './payments/payment-reader';
import { PaymentsRepository } from './payments/payments.repository';
import { PaymentsService } from './payments/payments.service';
import { PlansController } from './plans/plans.controller';
import { PlansRepository } from './plans/plans.repository';
import { PlansService } from './plans/plans.service';
import { SoldProductsRepository } from './products/sold-products.repository';
import { PortalController } from './portal/portal.controller';
import { PortalService } from './portal/portal.service';
import { ReactivationController } from './reactivation/reactivation.controller';
import { ReactivationService } from './reactivation/reactivation.service';
import { DodoLists } from './reconciliation/dodo-lists.service';
import { HeldObjectsRepository } from './reconciliation/held-objects.repository';
import { Mender } from './reconciliation/mender.service';
import { OurOpenObjects } from './reconciliation/our-open-objects.service';
import { Reconciler } from './reconciliation/reconciler.service';
import { ReconciliationFindingsRepository } from './reconciliation/reconciliation-findings.repository';
import { ReconciliationRunner } from './reconciliation/reconciliation-runner';
import { ReconciliationSchedule } from './reconciliation/reconciliation-schedule';
import { ReconciliationsController } from './reconciliation/reconciliations.controller';
import { ReconciliationsRepository } from './reconciliation/reconciliations.repository';
import { ReconciliationsService } from './reconciliation/reconciliations.service';
import { RefundFinder } from './refunds/refund-finder';
import { RefundsByHand } from './refunds/refunds-by-hand.service';
import { RefundRecorder } from './refunds/refund-recorder';
import { RefundSchedule } from './refunds/refund-schedule';
import { RefundsMetrics } from './refunds/refunds.metrics';
import { RefundsRepository } from './refunds/refunds.repository';
import { RefundsService } from './refunds/refunds.service';
import { BillingStatusController } from './status/billing-status.controller';
import { BillingStatusService } from './status/billing-status.service';
import { CancellationsService } from './subscription-orders/cancellations.service';
import { CurrentSubscriptionService } from './subscription-orders/current-subscription.service';
import { PlanChangesService } from './subscription-orders/plan-changes.service';
import { SubscriptionOrdersController } from './subscription-orders/subscription-orders.controller';
import { SubscriptionOrdersRepository } from './subscription-orders/subscription-orders.repository';
import { SubscriptionOrdersService } from './subscription-orders/subscription-orders.service';
import { SurplusEndingService } from './subscription-orders/surplus-ending.service';
import { SurplusSweep } from './subscription-orders/surplus-sweep.service';
import { SubscriptionsRepository } from './subscriptions/subscriptions.repository';
import { SubscriptionsService } from './subscriptions/subscriptions.service';
import { SurplusService } from './subscriptions/surplus.service';
import { TrialClaimsRepository } from './trials/trial-claims.repository';
import { TrialsService } from './trials/trials.service';
import { VerificationController } from './verification/verification.controller';
import { VerificationService } from './verification/verification.service';

/** What is sold, to whom, and what came of it. */
@Module({
  imports: [AuthModule, DodoModule, WebhooksModule],
  controllers: [
    AdoptionController,
    CheckoutsController,
    BillingStatusController,
    VerificationController,
    PlansController,
    SubscriptionOrdersController,
    PortalController,
    ReactivationController,
    HistoryController,
    CreditsController,
    CreditPacksController,
    ReconciliationsController,
  ],
  providers: [
    AdoptionService,
    BillingDodoEvents,
    BillingAnnouncements,
    EventsOfNewOrganizations,
    OrgOfEventRepository,
    OrgOfEventService,
    PlansRepository,
    CheckoutsRepository,
    CheckoutsService,
    CheckoutOpener,
    CheckoutOutcomesService,
    PendingPurchasesService,
    DodoCustomersService,
    SubscriptionsRepository,
    SubscriptionsService,
    SurplusService,
    TrialClaimsRepository,
    TrialsService,
    SoldProductsRepository,
    PaymentReader,
    PaymentsRepository,
    PaymentsService,
    PaymentsMetrics,
    RefundsRepository,
    RefundsService,
    RefundsMetrics,
    RefundFinder,
    RefundsByHand,
    PaymentsByHand,
    RefundRecorder,
    RefundSchedule,
    BillingStatusService,
    VerificationService,
    PlansService,
    SubscriptionOrdersRepository,
    SubscriptionOrdersService,
    PlanChangesService,
    CancellationsService,
    CurrentSubscriptionService,
    SurplusEndingService,
    SurplusSweep,
    PortalService,
    ReactivationService,
    HistoryRepository,
    HistoryService,
    CreditsRepository,
    CreditLedger,
    CreditGrantsRepository,
    CreditGrantsService,
    CreditSpendingService,
    CreditsService,
    CreditPacksRepository,
    CreditPacksService,
    ReconciliationsRepository,
    ReconciliationFindingsRepository,
    HeldObjectsRepository,
    ReconciliationSchedule,
    DodoLists,
    OurOpenObjects,
    Mender,
    Reconciler,
    ReconciliationsService,
    ReconciliationRunner,
  ],
  exports: [
    AdoptionService,
    BillingStatusService,
    PaymentsByHand,
    PaymentsRepository,
    RefundsByHand,
    ReconciliationsService,
  ],
})
export class BillingModule {}
