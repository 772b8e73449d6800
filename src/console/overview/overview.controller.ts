import { Get, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Frame } from '../page/frame';
import { sendPage } from '../page/send';
import { InConsole } from '../sign-in/console.guard';
import { ConsoleRoutes } from '../sign-in/console-routes.decorator';
import { overviewPage } from './overview.page';
import { OverviewService, WINDOWS } from './overview.service';

const USUAL_WINDOW = 90;

const requestSchema = z.object({
  days: z
    .unknown()
    .optional()
    .transform((text) => WINDOWS.find((days) => String(days) === text) ?? USUAL_WINDOW),
});

@ConsoleRoutes('')
export class OverviewController {
  constructor(private readonly overview: OverviewService) {}

  @Get()
  async show(
    @Query({ schema: requestSchema }) { days }: z.output<typeof requestSchema>,
    @InConsole() frame: Frame,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendPage(reply, frame, overviewPage(frame, await this.overview.read(days)));
  }
}
