import * as z from 'zod'

/** The tool that each server under comparison offers: the same as `calculator_add` of the hub. */
export const adding = {
  name: 'calculator_add',
  description: 'Adds two numbers.',
  inputSchema: z.object({ a: z.number(), b: z.number() }),
  outputSchema: z.object({ result: z.number() }),
} as const

/** Returns the result of the tool. */
export function add({ a, b }: { a: number; b: number }) {
  const result = a + b
  return {
    content: [{ type: 'text' as const, text: String(result) }],
    structuredContent: { result },
  }
}

/** The port of 127.0.0.1 on which a server listens: the argument of its program. */
export const port = Number(process.argv[2])
