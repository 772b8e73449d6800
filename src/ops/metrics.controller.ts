import { Controller, Get, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Probe } from '../http/request-watch';
import { Metrics } from '../watch/metrics';
import { ScrapeGuard } from './scrape.guard';

/** For Prometheus, in its own format; no part of the API. */
@ApiExcludeController()
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get()
  @Probe()
  @UseGuards(ScrapeGuard)
  async scrape(@Res() reply: FastifyReply): Promise<void> {
    const { contentType, body } = await this.metrics.text();
    await reply.type(contentType).send(body);
  }
}
