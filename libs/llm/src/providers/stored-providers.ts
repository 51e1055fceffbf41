import * as z from 'zod'

/** The stored settings of the providers. */
export const storedProvidersSchema = z.record(
  z.string(),
  z.object({
    key: z.string().min(1).optional(),
    url: z.url({ protocol: /^https?$/ }).optional(),
    model: z.string().min(1).optional(),
  }),
)
