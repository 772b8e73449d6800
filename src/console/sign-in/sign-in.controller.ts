import { Get, Query, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AppError } from '../../app-error';
import { Config } from '../../config';
import { nameSchema, required } from '../../http/request-fields';
import { checkForm, readForm } from '../page/form.decorator';
import { basePath } from '../page/frame';
import type { Frame } from '../page/frame';
import { text } from '../page/query';
import { seeOther, sendPage } from '../page/send';
import { OpenConsoleRoutes, PostForm } from './console-routes.decorator';
import { ConsoleGuard, InConsole } from './console.guard';
import { ConsoleSessions, SESSION_SECONDS } from './console-sessions.service';
import { isSameOrigin } from './same-origin';
import { readSessionCookie, sessionCookie } from './session-cookie';
import { signInPage } from './sign-in.page';
import type { FailedAttempt } from './sign-in.page';
import { wantedPage } from './wanted-page';

const pageSchema = z.object({ next: text });
const signInSchema = z.object({ name: nameSchema, token: z.string({ error: required('a string') }) });

@OpenConsoleRoutes('')
export class SignInController {
  private readonly nobody: Frame;

  constructor(
    private readonly sessions: ConsoleSessions,
    config: Config,
  ) {
    this.nobody = { base: basePath(config), operatorName: null, csrfToken: '' };
  }

  @Get('sign-in')
  show(
    @Query({ schema: pageSchema }) { next }: z.output<typeof pageSchema>,
    @Res() reply: FastifyReply,
  ): void {
    sendPage(reply, this.nobody, signInPage(this.nobody, wantedPage(next)));
  }

  @PostForm('sign-in')
  async signIn(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (!isSameOrigin(request)) throw new AppError(403, 'request_failed', 'Sign in on the page itself.');
    const form = readForm(request);
    const next = wantedPage(form.get('next') ?? '');
    try {
      const { name, token } = checkForm(signInSchema, form);
      const secret = await this.sessions.signIn(name, token, request.ip);
      reply.header('set-cookie', sessionCookie(request, this.nobody.base, secret, SESSION_SECONDS));
      seeOther(reply, `${this.nobody.base}${next}`);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      sendPage(
        reply.code(error.status).headers(error.headers),
        this.nobody,
        signInPage(this.nobody, next, failedAttempt(form, error.message)),
      );
    }
  }

  @PostForm('sign-out')
  @UseGuards(ConsoleGuard)
  async signOut(
    @InConsole() { operatorName }: Frame,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.sessions.signOut(readSessionCookie(request)!, operatorName!);
    reply.header('set-cookie', sessionCookie(request, this.nobody.base, '', 0));
    seeOther(reply, `${this.nobody.base}/sign-in`);
  }
}

/** The name is given back, so that only what was wrong is typed again. */
function failedAttempt(form: URLSearchParams, problem: string): FailedAttempt {
  const name = form.get('name') ?? '';
  return { problem, name, wrong: nameSchema.safeParse(name).success ? 'token' : 'name' };
}
