import { z } from 'zod';
import { DELIVERY_STATUSES } from '../../webhooks/outbound/webhook-delivery.entity';
import { reasonSchema } from '../page/form.decorator';
import { offset, oneOf, text } from '../page/query';

export const listSchema = z.object({ status: oneOf(DELIVERY_STATUSES), url: text, offset });
export const detailSchema = z.object({ done: text });
export const deedSchema = z.object({ reason: reasonSchema });
