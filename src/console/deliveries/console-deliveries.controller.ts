import { Get, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { Form, deedSchema } from '../page/form.decorator';
import type { Frame } from '../page/frame';
import { detailSchema, pageFrom } from '../page/query';
import { seeDone, sendPage } from '../page/send';
import { InConsole, operatorOf } from '../sign-in/console.guard';
import { ConsoleRoutes, PostForm } from '../sign-in/console-routes.decorator';
import { ConsoleDeliveriesService } from './console-deliveries.service';
import { listSchema } from './deliveries.query';
import { deliveriesPage } from './deliveries.page';
import { deliveryPage } from './delivery.page';

@ConsoleRoutes('deliveries')
export class ConsoleDeliveriesController {
  constructor(private readonly deliveries: ConsoleDeliveriesService) {}

  @Get()
  async list(
    @Query({ schema: listSchema }) { offset, ...filter }: z.output<typeof listSchema>,
    @InConsole() frame: Frame,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const deliveries = await this.deliveries.list(filter, pageFrom(offset));
    sendPage(reply, frame, deliveriesPage(frame, filter, deliveries));
  }

  @Get(':id')
  async show(
    @Param('id') id: string,
    @Query({ schema: detailSchema }) { done }: z.output<typeof detailSchema>,
    @InConsole() frame: Frame,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendPage(reply, frame, deliveryPage(frame, await this.deliveries.get(id), done));
  }

  @PostForm(':id/redeliver')
  async redeliver(
    @Param('id') id: string,
    @Form(deedSchema) { reason }: z.output<typeof deedSchema>,
    @InConsole() frame: Frame,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.deliveries.redeliver(id, operatorOf(frame, reason));
    seeDone(reply, frame, ['deliveries', id], 'redelivered');
  }
}
