import { CreateTenantsAndKeys1795000000000 } from './1795000000000-create-tenants-and-keys';
import { CreateThePlanCatalogue1795000100000 } from './1795000100000-create-the-plan-catalogue';
import { CreateBillingState1795000200000 } from './1795000200000-create-billing-state';
import { CreateTheInbox1795000300000 } from './1795000300000-create-the-inbox';
import { KeepThePreviousSecretOfARotatedKey1795100000000 } from './1795100000000-keep-the-previous-secret-of-a-rotated-key';
import { RememberWhenAKeyChanged1795100100000 } from './1795100100000-remember-when-a-key-changed';
import { ListOrganizationsNewestFirst1795100200000 } from './1795100200000-list-organizations-newest-first';
import { CreateTheCatalogueOfCreditPacks1795200000000 } from './1795200000000-create-the-catalogue-of-credit-packs';
import { LetACheckoutSellACreditPack1795200100000 } from './1795200100000-let-a-checkout-sell-a-credit-pack';
import { CreateTheCreditLedger1795200200000 } from './1795200200000-create-the-credit-ledger';
import { RememberWhenCreditsRanLow1795200300000 } from './1795200300000-remember-when-credits-ran-low';
import { RememberIdempotentCalls1795300000000 } from './1795300000000-remember-idempotent-calls';
import { RememberWhatWasAskedOfSubscriptions1795400000000 } from './1795400000000-remember-what-was-asked-of-subscriptions';
import { RememberPlanChanges1795400100000 } from './1795400100000-remember-plan-changes';
import { AskAgainForRefundsThatFailed1795500000000 } from './1795500000000-ask-again-for-refunds-that-failed';
import { RememberWhetherAPaymentListsItsLines1795500100000 } from './1795500100000-remember-whether-a-payment-lists-its-lines';
import { CreateReconciliations1795500200000 } from './1795500200000-create-reconciliations';
import { EmptyOldEvents1795500300000 } from './1795500300000-empty-old-events';
import { CreateWebhookEndpoints1795600000000 } from './1795600000000-create-webhook-endpoints';
import { RememberWhatCustomersWereTold1795600100000 } from './1795600100000-remember-what-customers-were-told';
import { KeepTheLogOfDeliveries1795600200000 } from './1795600200000-keep-the-log-of-deliveries';
import { RememberWhoHasHadATrial1795700000000 } from './1795700000000-remember-who-has-had-a-trial';
import { MarkSubscriptionsThatAreOneTooMany1795700100000 } from './1795700100000-mark-subscriptions-that-are-one-too-many';
import { FindTheRefundsThatFailed1795800000000 } from './1795800000000-find-the-refunds-that-failed';
import { KeepALogOfWhatIsDoneByHand1796000000000 } from './1796000000000-keep-a-log-of-what-is-done-by-hand';
import { LetOperatorsSignInToTheConsole1796000100000 } from './1796000100000-let-operators-sign-in-to-the-console';
import { RememberWhomAnEventNames1796000200000 } from './1796000200000-remember-whom-an-event-names';
import { LetAPersonSettleARefund1796000300000 } from './1796000300000-let-a-person-settle-a-refund';
import { RememberWhichPlanWasPaid1796000400000 } from './1796000400000-remember-which-plan-was-paid';
import { RememberRevokedKeys1796000500000 } from './1796000500000-remember-revoked-keys';
import { AnnounceWhoMayDoWhat1796100000000 } from './1796100000000-announce-who-may-do-what';
import { FindWhatIsOneTooMany1796200000000 } from './1796200000000-find-what-is-one-too-many';
import { CountWhatIsNobodys1796300000000 } from './1796300000000-count-what-is-nobodys';
import { FindOldTestsOfEndpoints1796300100000 } from './1796300100000-find-old-tests-of-endpoints';
import { FindIncompletePayments1796300200000 } from './1796300200000-find-incomplete-payments';
import { FindWhoHasHadCreditsForATrial1796400000000 } from './1796400000000-find-who-has-had-credits-for-a-trial';
import { NamePlanChangesAtRandom1796500000010 } from './1796500000010-name-plan-changes-at-random';
import { RememberWhatEachProductStandsFor1796700000000 } from './1796700000000-remember-what-each-product-stands-for';
import { RememberWhichLineIsGivenBack1796700000010 } from './1796700000010-remember-which-line-is-given-back';
import { RememberWhichPlanCreditsAreFor1796700000020 } from './1796700000020-remember-which-plan-credits-are-for';
import { RememberWhatOthersGaveBack1796800000000 } from './1796800000000-remember-what-others-gave-back';
import { FindOpenDisputes1796900000000 } from './1796900000000-find-open-disputes';
import { CompareDisputesWithDodo1797000000000 } from './1797000000000-compare-disputes-with-dodo';
import { SumWhatWasSpentFromItsIndex1797000400010 } from './1797000400010-sum-what-was-spent-from-its-index';
import { RememberWhichPaymentExchangesACard1797400000000 } from './1797400000000-remember-which-payment-exchanges-a-card';
import { KnowWhenAReplayIsDue1797500000000 } from './1797500000000-know-when-a-replay-is-due';

/** Every migration, oldest first. Listed by hand: what is not named here does not run. */
export const MIGRATIONS = [
  CreateTenantsAndKeys1795000000000,
  CreateThePlanCatalogue1795000100000,
  CreateBillingState1795000200000,
  CreateTheInbox1795000300000,
  KeepThePreviousSecretOfARotatedKey1795100000000,
  RememberWhenAKeyChanged1795100100000,
  ListOrganizationsNewestFirst1795100200000,
  CreateTheCatalogueOfCreditPacks1795200000000,
  LetACheckoutSellACreditPack1795200100000,
  CreateTheCreditLedger1795200200000,
  RememberWhenCreditsRanLow1795200300000,
  RememberIdempotentCalls1795300000000,
  RememberWhatWasAskedOfSubscriptions1795400000000,
  RememberPlanChanges1795400100000,
  AskAgainForRefundsThatFailed1795500000000,
  RememberWhetherAPaymentListsItsLines1795500100000,
  CreateReconciliations1795500200000,
  EmptyOldEvents1795500300000,
  CreateWebhookEndpoints1795600000000,
  RememberWhatCustomersWereTold1795600100000,
  KeepTheLogOfDeliveries1795600200000,
  RememberWhoHasHadATrial1795700000000,
  MarkSubscriptionsThatAreOneTooMany1795700100000,
  FindTheRefundsThatFailed1795800000000,
  KeepALogOfWhatIsDoneByHand1796000000000,
  LetOperatorsSignInToTheConsole1796000100000,
  RememberWhomAnEventNames1796000200000,
  LetAPersonSettleARefund1796000300000,
  RememberWhichPlanWasPaid1796000400000,
  RememberRevokedKeys1796000500000,
  AnnounceWhoMayDoWhat1796100000000,
  FindWhatIsOneTooMany1796200000000,
  CountWhatIsNobodys1796300000000,
  FindOldTestsOfEndpoints1796300100000,
  FindIncompletePayments1796300200000,
  FindWhoHasHadCreditsForATrial1796400000000,
  NamePlanChangesAtRandom1796500000010,
  RememberWhatEachProductStandsFor1796700000000,
  RememberWhichLineIsGivenBack1796700000010,
  RememberWhichPlanCreditsAreFor1796700000020,
  RememberWhatOthersGaveBack1796800000000,
  FindOpenDisputes1796900000000,
  CompareDisputesWithDodo1797000000000,
  SumWhatWasSpentFromItsIndex1797000400010,
  RememberWhichPaymentExchangesACard1797400000000,
  KnowWhenAReplayIsDue1797500000000,
];
