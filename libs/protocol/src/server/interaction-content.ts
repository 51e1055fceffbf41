import * as z from 'zod'

import { once } from '../once.ts'
import type { ClientRoot, SamplingResult } from './sampling.ts'

// The schemas require only what the Model Context Protocol requires, and preserve unknown fields.
const sampling = once((): z.ZodType<SamplingResult> => {
  const block = z.looseObject({ type: z.string() })
  return z.looseObject({
    role: z.enum(['user', 'assistant']),
    content: z.union([block, z.array(block)]),
    model: z.string(),
    stopReason: z.string().optional(),
  })
})

const roots = once((): z.ZodType<{ readonly roots: readonly ClientRoot[] }> => {
  const isUri = (text: string): boolean => URL.canParse(text)
  const uri = z.string().refine(isUri, 'must be a URI, such as "file:///home/ann/notes"')
  return z.looseObject({
    roots: z.array(z.looseObject({ uri, name: z.string().optional() })),
  })
})

/** Functions that return the schema of the content of a response, by kind of interaction. */
export const interactionContent = { sampling, roots } as const
