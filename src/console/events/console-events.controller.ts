import { Get, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { Form, deedSchema } from '../page/form.decorator';
import type { Frame } from '../page/frame';
import { seeDone, seeOther, sendPage } from '../page/send';
import { detailSchema, pageFrom } from '../page/query';
import { InConsole, operatorOf } from '../sign-in/console.guard';
import { ConsoleRoutes, PostForm } from '../sign-in/console-routes.decorator';
import { ConsoleEventsService } from './console-events.service';
import { listSchema, replayManySchema } from './events.query';
import { eventPage } from './event.page';
import { eventsPage } from './events.page';

@ConsoleRoutes('events')
export class ConsoleEventsController {
  constructor(private readonly events: ConsoleEventsService) {}

  @Get()
  async list(
    @Query({ schema: listSchema }) { done, offset: from, ...query }: z.output<typeof listSchema>,
    @InConsole() frame: Frame,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendPage(reply, frame, eventsPage(frame, query, done, await this.events.list(query, pageFrom(from))));
  }

  @Get(':id')
  async show(
    @Param('id') id: string,
    @Query({ schema: detailSchema }) { done }: z.output<typeof detailSchema>,
    @InConsole() frame: Frame,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { event, organizations, actions } = await this.events.get(id);
    sendPage(reply, frame, eventPage(frame, event, organizations, actions, done));
  }

  @PostForm('replay')
  async replayMany(
    @Form(replayManySchema) { reason, status, type }: z.output<typeof replayManySchema>,
    @InConsole() frame: Frame,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.events.replayMany(status, type, operatorOf(frame, reason));
    seeOther(reply, `${frame.base}/events?done=replayed-many`);
  }

  @PostForm(':id/replay')
  async replay(
    @Param('id') id: string,
    @Form(deedSchema) { reason }: z.output<typeof deedSchema>,
    @InConsole() frame: Frame,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.events.replay(id, operatorOf(frame, reason));
    seeDone(reply, frame, ['events', id], 'replayed');
  }
}
