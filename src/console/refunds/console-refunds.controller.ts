import { Get, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { REFUND_STATES } from '../../billing/refunds/refund-state';
import { Form, deedSchema } from '../page/form.decorator';
import type { Frame } from '../page/frame';
import { seeDone, sendPage } from '../page/send';
import { detailSchema, offset, oneOf, pageFrom } from '../page/query';
import { InConsole, operatorOf } from '../sign-in/console.guard';
import { ConsoleRoutes, PostForm } from '../sign-in/console-routes.decorator';
import { ConsoleRefundsService } from './console-refunds.service';
import { refundPage } from './refund.page';
import { refundsPage } from './refunds.page';

const listSchema = z.object({ state: oneOf(REFUND_STATES), offset });

@ConsoleRoutes('refunds')
export class ConsoleRefundsController {
  constructor(private readonly refunds: ConsoleRefundsService) {}

  @Get()
  async list(
    @Query({ schema: listSchema }) query: z.output<typeof listSchema>,
    @InConsole() frame: Frame,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const refunds = await this.refunds.list(query.state, pageFrom(query.offset));
    sendPage(reply, frame, refundsPage(frame, query.state, refunds));
  }

  @Get(':id')
  async show(
    @Param('id') id: string,
    @Query({ schema: detailSchema }) { done }: z.output<typeof detailSchema>,
    @InConsole() frame: Frame,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { refund, actions } = await this.refunds.get(id);
    sendPage(reply, frame, refundPage(frame, refund, actions, done));
  }

  @PostForm(':id/retry')
  async retry(
    @Param('id') id: string,
    @Form(deedSchema) { reason }: z.output<typeof deedSchema>,
    @InConsole() frame: Frame,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.refunds.retry(id, operatorOf(frame, reason));
    seeDone(reply, frame, ['refunds', id], 'retried');
  }

  @PostForm(':id/settle')
  async settle(
    @Param('id') id: string,
    @Form(deedSchema) { reason }: z.output<typeof deedSchema>,
    @InConsole() frame: Frame,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.refunds.settle(id, operatorOf(frame, reason));
    seeDone(reply, frame, ['refunds', id], 'settled');
  }
}
