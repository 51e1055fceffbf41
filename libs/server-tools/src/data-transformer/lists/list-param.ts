import * as z from 'zod'

/** Declares the list parameter of an operation. */
export function listParam(description = 'The list, usually of objects.') {
  return z.array(z.unknown()).describe(description)
}
