import { Get, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { BILLING_STATUSES } from '../../auth/billing-status';
import type { Frame } from '../page/frame';
import { sendPage } from '../page/send';
import { offset, oneOf, pageFrom, text } from '../page/query';
import { InConsole } from '../sign-in/console.guard';
import { ConsoleRoutes } from '../sign-in/console-routes.decorator';
import { ConsoleOrganizationsService } from './console-organizations.service';
import { organizationPage } from './organization.page';
import { organizationsPage } from './organizations.page';

const listSchema = z.object({ q: text, status: oneOf(BILLING_STATUSES), offset });
const detailSchema = z.object({ offset });

@ConsoleRoutes('organizations')
export class ConsoleOrganizationsController {
  constructor(private readonly organizations: ConsoleOrganizationsService) {}

  @Get()
  async list(
    @Query({ schema: listSchema }) query: z.output<typeof listSchema>,
    @InConsole() frame: Frame,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const page = await this.organizations.list(query.q, query.status, pageFrom(query.offset));
    sendPage(reply, frame, organizationsPage(frame, { q: query.q, status: query.status }, page));
  }

  @Get(':id')
  async show(
    @Param('id') id: string,
    @Query({ schema: detailSchema }) query: z.output<typeof detailSchema>,
    @InConsole() frame: Frame,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendPage(reply, frame, organizationPage(frame, await this.organizations.get(id, pageFrom(query.offset))));
  }
}
