import { All } from '@nestjs/common';
import { AppError } from '../app-error';
import { ConsoleRoutes } from './sign-in/console-routes.decorator';
import { RawBytesBody } from '../http/request-body';

/** Whatever else is asked for below the console: registered last. */
@ConsoleRoutes('')
export class NotFoundController {
  @All('*')
  @RawBytesBody()
  refuse(): never {
    throw AppError.notFound('There is no such page.');
  }
}
