import { Catch, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../app-error';
import { Config } from '../../config';
import { ErrorFilter } from '../../http/error.filter';
import { frameOf } from '../sign-in/console.guard';
import { signInPath } from '../sign-in/wanted-page';
import { errorPage } from './error.page';
import { basePath } from './frame';
import { seeOther, sendPage } from './send';

/** Failures of the console are pages; while it is off, there is nothing here that a page could come from. */
@Catch()
@Injectable()
export class PageErrorFilter extends ErrorFilter {
  constructor(private readonly config: Config) {
    super();
  }

  protected override send(reply: FastifyReply, answer: AppError, request: FastifyRequest): void {
    if (this.config.operatorToken === null) return super.send(reply, answer, request);
    const nobody = { base: basePath(this.config), operatorName: null, csrfToken: '' };
    const frame = frameOf(request) ?? nobody;
    if (answer.status === 401 && ['GET', 'HEAD'].includes(request.method))
      return seeOther(reply, signInPath(frame.base, request.url));
    sendPage(reply, frame, errorPage(frame, answer));
  }
}
