import * as z from 'zod'

const name = z.string().min(1).max(200)
const names = z.array(name).max(200)

/** Settings of a conversation. */
export const settingsSchema = z.strictObject({
  title: z.string().trim().min(1, 'must not be empty').max(200).optional(),
  model: z.string().min(1).max(200).optional(),
  policy: z.enum(['changes-or-leaves', 'changes', 'always']).optional(),
  tools: z.strictObject({ off: names.optional(), pinned: names.optional() }).optional(),
})
