import * as z from 'zod'

import { promptText } from '../conversations/bodies.ts'

/** `POST /process` */
export const processBody = z.object({
  prompt: promptText,
  model: z.string().max(200).optional(),
  conversationId: z.string().min(1).max(100).optional(),
  allow: z.array(z.string().min(1).max(200)).max(100).optional(),
})

/** `POST /tools/execute` */
export const executeBody = z.object({
  tool: z.string('must name a tool').min(1, 'must name a tool'),
  operation: z.string('must name an operation').min(1, 'must name an operation'),
  params: z.record(z.string(), z.unknown()).default({}),
})

/** `POST /requests` */
export const requestBody = z.object({
  type: z.string('must name a type of request').min(1, 'must name a type of request'),
  payload: z.record(z.string(), z.unknown()).default({}),
})

/** `POST /sessions` */
export const sessionBody = z.object({
  clientId: z.string().min(1).max(200).optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
  ttlMs: z.int().positive().optional(),
})

/** `POST /interactions/:interactionId` */
export const interactionBody = z.object({
  action: z.enum(['accept', 'decline', 'cancel']),
  content: z.record(z.string(), z.unknown()).optional(),
})
