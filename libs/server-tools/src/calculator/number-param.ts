import * as z from 'zod'

/** Declares a number parameter. Numbers with more digits than JavaScript keeps arrive as strings. */
export function numberParam(description?: string) {
  const number = z.number({
    error: ({ input }) =>
      typeof input === 'string' && /^-?\d[\d.]*(?:e[-+]?\d+)?$/i.test(input)
        ? `the number ${input.slice(0, 100)} has more digits than a 64-bit float, or is out of the range of such a float. Write the number in the expression of calculator.evaluate, which calculates with more digits.`
        : undefined,
  })
  return description === undefined ? number : number.describe(description)
}
