import * as z from 'zod'

/** Declares an expression parameter. Its maximum length prevents the parser from exhausting memory. */
export function expressionParam(description: string) {
  return z.string().min(1).max(10_000).describe(description)
}
