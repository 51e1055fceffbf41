import * as z from 'zod'

/** An expression as text: long enough for people, too short to exhaust a parser. */
export function expressionParam(description: string) {
  return z.string().min(1).max(10_000).describe(description)
}
