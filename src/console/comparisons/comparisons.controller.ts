import { Get, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { ReconciliationsService } from '../../billing/reconciliation/reconciliations.service';
import { Form, deedSchema } from '../page/form.decorator';
import type { Frame } from '../page/frame';
import { offset, pageFrom, text } from '../page/query';
import { seeDone, sendPage } from '../page/send';
import { InConsole, operatorOf } from '../sign-in/console.guard';
import { ConsoleRoutes, PostForm } from '../sign-in/console-routes.decorator';
import { comparisonPage, comparisonsPage } from './comparisons.page';

const listSchema = z.object({ offset });
const detailSchema = z.object({ offset, done: text });

@ConsoleRoutes('comparisons')
export class ComparisonsController {
  constructor(private readonly reconciliations: ReconciliationsService) {}

  @Get()
  async list(
    @Query({ schema: listSchema }) query: z.output<typeof listSchema>,
    @InConsole() frame: Frame,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const page = await this.reconciliations.list(pageFrom(query.offset));
    sendPage(reply, frame, comparisonsPage(frame, page));
  }

  @Get(':id')
  async show(
    @Param('id') id: string,
    @Query({ schema: detailSchema }) query: z.output<typeof detailSchema>,
    @InConsole() frame: Frame,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const comparison = await this.reconciliations.view(id, pageFrom(query.offset));
    sendPage(reply, frame, comparisonPage(frame, comparison, query.done));
  }

  @PostForm('')
  async begin(
    @Form(deedSchema) { reason }: z.output<typeof deedSchema>,
    @InConsole() frame: Frame,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { id } = await this.reconciliations.begin('operator', false, 0, operatorOf(frame, reason));
    seeDone(reply, frame, ['comparisons', id], 'compared');
  }
}
