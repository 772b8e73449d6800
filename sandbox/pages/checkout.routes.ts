import type { Context } from '../context';
import type { PageRoute } from '../http/route';

export function checkoutPageRoutes(_ctx: Context): PageRoute[] {
  return [];
}
