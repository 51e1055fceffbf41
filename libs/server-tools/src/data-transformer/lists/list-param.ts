import * as z from 'zod'

/** The list an operation works on. */
export function listParam(description = 'The list, mostly of objects.') {
  return z.array(z.unknown()).describe(description)
}
