import * as z from 'zod'

/** The text an operation works on. */
export function textParam(description = 'The text.') {
  return z.string().describe(description)
}

/** A language, where the rules of languages differ. */
export function localeParam() {
  return z
    .string()
    .refine(isLocale, 'must be a language tag such as "en" or "tr"')
    .optional()
    .describe('A language tag such as `en` or `tr`. Default: no language in particular.')
}

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0
  } catch {
    return false
  }
}
