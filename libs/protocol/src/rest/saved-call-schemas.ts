import * as z from 'zod'

const object = z.record(z.string(), z.unknown())

/** Names that every file system allows and treats as different. */
export const savedCallName = z
  .string()
  .regex(
    /^(?!(?:con|prn|aux|nul|com\d|lpt\d)$)[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?$/,
    'must be at most 64 lower-case letters, digits, "-" and "_"',
  )

/** `PUT /saved-calls/:name`, and the content of a file. */
export const savedCallBody = z.strictObject({
  type: z.string().min(1, 'must name a type of request').max(64),
  payload: object.default({}),
  description: z.string().max(1000).optional(),
})

/** Response of `GET` and `PUT /saved-calls/:name`. */
export const namedCall = savedCallBody.extend({ name: z.string() })

/** Response of `GET /saved-calls`. */
export const savedCallList = z.object({
  calls: z.array(namedCall).readonly(),
  invalid: z
    .array(z.object({ name: z.string(), problem: z.string() }))
    .readonly()
    .describe('Files that are not saved calls.'),
})

/** `POST /saved-calls/:name/run` */
export const runSavedCallBody = z.strictObject({
  params: object.optional().describe('Parameters that replace saved ones.'),
})
