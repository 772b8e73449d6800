import { Get, Header, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { STYLES_PATH } from './page/assets';
import { STYLES } from './page/styles';
import { OpenConsoleRoutes } from './sign-in/console-routes.decorator';

/** What pages are made of beside themselves: one sheet of styles. */
@OpenConsoleRoutes('')
export class AssetsController {
  @Get(STYLES_PATH)
  @Header('cache-control', 'public, max-age=31536000, immutable')
  styles(@Res() reply: FastifyReply): void {
    void reply.type('text/css; charset=utf-8').send(STYLES);
  }
}
