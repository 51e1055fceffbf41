import type * as z from 'zod'

import { splitList } from './split-list.ts'

/** Maps each view to its scopes. The key of the default is the empty text. */
export function parseViewScopes(text: string, context: z.RefinementCtx): Record<string, string[]> {
  const scopes = new Map<string, string[]>()
  for (const entry of splitList(text)) {
    const [, view = '', list = ''] = /^(?:([^=]*)=)?(.*)$/s.exec(entry) ?? []
    const names = list.split(/\s+/).filter((name) => name !== '')
    const isValid = names.length > 0 && names.every((name) => /^[\w.:/*-]+$/.test(name))
    if (!isValid || !/^[\w-]*$/.test(view) || (entry.startsWith('=') && view === '')) {
      context.addIssue({ code: 'custom', message: 'must look like scope,view=scope,view=scope' })
    } else if (scopes.has(view)) {
      const name = view === '' ? 'the default' : `the view "${view}"`
      context.addIssue({ code: 'custom', message: `has two entries for ${name}` })
    }
    scopes.set(view, names)
  }
  return Object.fromEntries(scopes)
}
