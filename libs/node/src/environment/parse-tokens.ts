import type * as z from 'zod'

import { splitList } from './split-list.ts'

// 16 random base64 characters contain 96 bits.
export const minTokenLength = 16

/** Maps each token to the name of its caller. Issues never contain a token. */
export function parseTokens(text: string, context: z.RefinementCtx): Record<string, string> {
  const addIssue = (message: string): void => context.addIssue({ code: 'custom', message })
  const entries = splitList(text).map((entry, index) => {
    const colon = entry.indexOf(':')
    const [name, token] = [entry.slice(0, Math.max(0, colon)), entry.slice(colon + 1)]
    if (name === '' || token === '') {
      addIssue('must look like name:token,name:token')
    } else if (/\s/.test(token)) {
      addIssue(`has a token with a space in entry ${index + 1}`)
    } else if (token.length < minTokenLength) {
      addIssue(`has a token of fewer than ${minTokenLength} characters in entry ${index + 1}`)
    }
    return [token, name]
  })
  if (new Set(entries.map(([token]) => token)).size < entries.length) {
    addIssue('assigns the same token to two names')
  }
  return Object.fromEntries(entries)
}
