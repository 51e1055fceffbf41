import { isRecord } from '@mcp/protocol/light'

import { link } from '../frame/addresses.ts'
import type { CatalogueEntry } from './catalogue.ts'
import type { Arguments } from './operation-call.ts'

/** Maximum length of arguments in an address. Longer arguments are in the state of the history entry. */
const maxLength = 6_000

/** Returns the address of an operation in the console, with arguments for its form. */
export function callAddress(
  { server, path }: Pick<CatalogueEntry, 'server' | 'path'>,
  args?: Arguments,
): string {
  const address = link('console', server, path)
  const text = args === undefined ? '' : encodeURIComponent(JSON.stringify(args))
  return text === '' || text.length > maxLength ? address : `${address}?args=${text}`
}

/** Returns the properties of a link to an operation with any arguments. */
export function callLink(entry: Pick<CatalogueEntry, 'server' | 'path'>, args: Arguments) {
  const href = callAddress(entry, args)
  return href.includes('?') ? { href } : { href, state: { args } }
}

/** Returns the arguments in the state of an entry in the history, or undefined if it has none. */
export function readCallState(state: unknown): Arguments | undefined {
  return isRecord(state) && isRecord(state['args']) ? state['args'] : undefined
}

/** Returns the arguments in the query of an address, or undefined if it has none. */
export function readCallArguments(query: string): Arguments | undefined {
  const text = new URLSearchParams(query).get('args')
  if (text === null) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}
