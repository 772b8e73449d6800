import { Get, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Frame } from '../page/frame';
import { html } from '../page/html';
import { pager } from '../page/list';
import { sendPage } from '../page/send';
import { head } from '../page/parts';
import { offset, pageFrom } from '../page/query';
import { InConsole } from '../sign-in/console.guard';
import { ConsoleRoutes } from '../sign-in/console-routes.decorator';
import { actionsTable } from './actions.table';
import { AuditService } from './audit.service';

const requestSchema = z.object({ offset });

@ConsoleRoutes('audit')
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  @Get()
  async list(
    @Query({ schema: requestSchema }) query: z.output<typeof requestSchema>,
    @InConsole() frame: Frame,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const actions = await this.audit.list(pageFrom(query.offset));
    sendPage(reply, frame, {
      title: 'Audit log',
      section: 'Audit log',
      body: html`${head('Audit log')}
        <p class="soft">
          Every change that a person made: here, by the operator’s routes, or on the command line.
        </p>
        ${actionsTable(frame, actions.items)} ${pager(`${frame.base}/audit`, {}, actions)}`,
    });
  }
}
