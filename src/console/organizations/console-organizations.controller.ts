import { Get, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { BILLING_STATUSES } from '../../auth/billing-status';
import { adoptRequestSchema } from '../../billing/adoption/adoption.dto';
import type { AdoptRequest } from '../../billing/adoption/adoption.dto';
import { Form, deedSchema } from '../page/form.decorator';
import type { Frame } from '../page/frame';
import { seeDone, sendPage } from '../page/send';
import { offset, oneOf, pageFrom, text } from '../page/query';
import { InConsole, operatorOf } from '../sign-in/console.guard';
import { ConsoleRoutes, PostForm } from '../sign-in/console-routes.decorator';
import { adoptionPage } from './adoption.page';
import { ConsoleOrganizationsService } from './console-organizations.service';
import { organizationPage } from './organization.page';
import { organizationsPage } from './organizations.page';

const listSchema = z.object({ q: text, status: oneOf(BILLING_STATUSES), offset });
const detailSchema = z.object({ offset, done: text });
const adoptSchema = deedSchema.extend(adoptRequestSchema.shape);

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
    const detail = await this.organizations.get(id, pageFrom(query.offset));
    sendPage(reply, frame, organizationPage(frame, detail, query.done));
  }

  /** Reads Dodo, and changes nothing. */
  @Get(':id/adopt')
  async previewAdoption(
    @Param('id') id: string,
    @Query({ schema: adoptRequestSchema }) { dodoCustomerId }: AdoptRequest,
    @InConsole() frame: Frame,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { organization, preview } = await this.organizations.previewAdoption(id, dodoCustomerId);
    sendPage(reply, frame, adoptionPage(frame, organization, preview));
  }

  @PostForm(':id/adopt')
  async adopt(
    @Param('id') id: string,
    @Form(adoptSchema) { dodoCustomerId, reason }: z.output<typeof adoptSchema>,
    @InConsole() frame: Frame,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.organizations.adopt(id, dodoCustomerId, operatorOf(frame, reason));
    seeDone(reply, frame, ['organizations', id], 'adopted');
  }
}
