import * as z from 'zod'

/** Declares the text parameter of an operation. */
export function textParam(description = 'The text.') {
  return z.string().describe(description)
}

/** Declares the language parameter of an operation whose rules depend on the language. */
export function localeParam() {
  return z
    .string()
    .refine(isLocale, 'must be a language tag such as "en" or "tr"')
    .optional()
    .describe('The language, as a tag such as `en` or `tr`. Default: language-independent rules.')
}

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0
  } catch {
    return false
  }
}
