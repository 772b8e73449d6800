import { z } from 'zod';
import { DODO_EVENT_STATUSES } from '../../webhooks/inbound/dodo-event.entity';
import { deedSchema } from '../page/form.decorator';
import { offset, oneOf, text } from '../page/query';

export const listSchema = z.object({
  status: oneOf(DODO_EVENT_STATUSES),
  type: text,
  subject: text,
  done: text,
  offset,
});
export const replayManySchema = deedSchema.extend({
  status: z.enum(DODO_EVENT_STATUSES, { error: 'Choose a status first.' }),
  type: text,
});
