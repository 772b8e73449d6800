import { Controller, Post, UseFilters, UseGuards, applyDecorators } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { RawBytesBody } from '../../http/request-body';
import { PageErrorFilter } from '../page/page-error.filter';
import { ConsoleExistsGuard, ConsoleGuard } from './console.guard';

/** Pages for those who are signed in. They are no part of the API, nor of its document. */
export function ConsoleRoutes(path: string): ClassDecorator {
  return applyDecorators(OpenConsoleRoutes(path), UseGuards(ConsoleGuard));
}

/** Pages for anybody. */
export function OpenConsoleRoutes(path: string): ClassDecorator {
  const below = path === '' ? 'console' : `console/${path}`;
  return applyDecorators(
    Controller(below),
    UseGuards(ConsoleExistsGuard),
    UseFilters(PageErrorFilter),
    ApiExcludeController(),
  );
}

/** Takes a form, which is checked once the guard has let it in. */
export function PostForm(path: string): MethodDecorator {
  return applyDecorators(Post(path), RawBytesBody());
}
