import { Get, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { PAYMENT_CONCERNS } from '../../billing/payments/payment-concerns';
import { PAYMENT_STATUSES } from '../../billing/payments/payment-status';
import type { Frame } from '../page/frame';
import { offset, oneOf, pageFrom } from '../page/query';
import { sendPage } from '../page/send';
import { InConsole } from '../sign-in/console.guard';
import { ConsoleRoutes } from '../sign-in/console-routes.decorator';
import { ConsolePaymentsService } from './console-payments.service';
import { paymentsPage } from './payments.page';

const listSchema = z.object({
  status: oneOf(PAYMENT_STATUSES),
  concern: oneOf(PAYMENT_CONCERNS),
  offset,
});

@ConsoleRoutes('payments')
export class ConsolePaymentsController {
  constructor(private readonly payments: ConsolePaymentsService) {}

  @Get()
  async list(
    @Query({ schema: listSchema }) { offset: from, ...filter }: z.output<typeof listSchema>,
    @InConsole() frame: Frame,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const payments = await this.payments.list(filter, pageFrom(from));
    sendPage(reply, frame, paymentsPage(frame, filter, payments));
  }
}
