import { Get, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { PAYMENT_CONCERNS } from '../../billing/payments/payment-concerns';
import { PAYMENT_STATUSES } from '../../billing/payments/payment-status';
import { Form, deedSchema } from '../page/form.decorator';
import type { Frame } from '../page/frame';
import { detailSchema, offset, oneOf, pageFrom } from '../page/query';
import { seeDone, sendPage } from '../page/send';
import { InConsole, operatorOf } from '../sign-in/console.guard';
import { ConsoleRoutes, PostForm } from '../sign-in/console-routes.decorator';
import { ConsolePaymentsService } from './console-payments.service';
import { paymentPage } from './payment.page';
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

  @Get(':id')
  async show(
    @Param('id') id: string,
    @Query({ schema: detailSchema }) { done }: z.output<typeof detailSchema>,
    @InConsole() frame: Frame,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { payment, actions } = await this.payments.get(id);
    sendPage(reply, frame, paymentPage(frame, payment, actions, done));
  }

  @PostForm(':id/keep')
  async keep(
    @Param('id') id: string,
    @Form(deedSchema) { reason }: z.output<typeof deedSchema>,
    @InConsole() frame: Frame,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.payments.keep(id, operatorOf(frame, reason));
    seeDone(reply, frame, ['payments', id], 'kept');
  }
}
