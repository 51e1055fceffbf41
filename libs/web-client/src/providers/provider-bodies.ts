import * as z from 'zod'

const setting = (max: number) =>
  z
    .string('must be text')
    .trim()
    .min(1, 'must not be empty')
    .max(max, `must have at most ${max} characters`)
    .nullable()
    .optional()

/** `PUT /providers/:id`. `null` removes a setting, and an absent one is unchanged. */
export const providerBody = z.strictObject({
  key: setting(10_000).describe('API key. It is never returned.'),
  url: setting(2000).describe('Base URL of the API, such as https://api.example.com/v1.'),
  model: setting(200).describe('Default model.'),
})

/** `POST /providers/:id/test` */
export const testBody = z.strictObject({ model: z.string().min(1).max(200).optional() })
