import { z } from 'zod';
import { DELIVERY_STATUSES } from '../../webhooks/outbound/webhook-delivery.entity';
import { offset, oneOf, text } from '../page/query';

export const listSchema = z.object({ status: oneOf(DELIVERY_STATUSES), url: text, offset });
