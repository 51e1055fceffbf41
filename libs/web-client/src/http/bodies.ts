import * as z from 'zod'

/** `POST /process` */
export const processBody = z.object({
  prompt: z
    .string('must be text')
    .trim()
    .min(1, 'must not be empty')
    .max(100_000, 'must have at most 100,000 characters'),
  model: z.string().max(200).optional(),
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
