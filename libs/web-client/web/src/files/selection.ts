import { link } from '../frame/addresses.ts'

/** Position in a file: a line, or a byte of a file that is read in pieces. */
export interface Position {
  readonly line?: number
  readonly at?: number
}

/** Selection that an address of this view names. */
export type Selection =
  | { readonly kind: 'nothing' }
  | {
      readonly kind: 'entry'
      readonly root: string
      readonly path: string
      readonly position: Position
    }
  | { readonly kind: 'resource'; readonly uri: string; readonly position: Position }
  | { readonly kind: 'template'; readonly template: string }
  | { readonly kind: 'unknown' }

/** Returns the address of a file or folder. The path of the root itself is empty. */
export function entryAddress(root: string, path: string, position: Position = {}): string {
  return (
    link('files', 'roots', root) + queryOf({ path: path === '' ? undefined : path, ...position })
  )
}

export function resourceAddress(uri: string, position: Position = {}): string {
  return link('files', 'resources') + queryOf({ uri, ...position })
}

export function templateAddress(template: string): string {
  return link('files', 'templates') + queryOf({ template })
}

/**
 * Reads the selection of an address. Paths and URIs are in the query, because a slash in a name and a slash
 * between names would be the same in the path of an address.
 */
export function readSelection(rest: string, query: string): Selection {
  const [kind, root, ...others] = rest.split('/')
  const params = new URLSearchParams(query)
  const position = readPosition(params)
  if (rest === '') return { kind: 'nothing' }
  if (kind === 'roots' && root !== undefined && others.length === 0) {
    return { kind: 'entry', root, path: params.get('path') ?? '', position }
  }
  const uri = params.get('uri')
  if (rest === 'resources' && uri !== null) return { kind: 'resource', uri, position }
  const template = params.get('template')
  if (rest === 'templates' && template !== null) return { kind: 'template', template }
  return { kind: 'unknown' }
}

function readPosition(params: URLSearchParams): Position {
  const line = readNumber(params.get('line'))
  const at = readNumber(params.get('at'))
  return {
    ...(line === undefined || line === 0 ? {} : { line }),
    ...(at === undefined ? {} : { at }),
  }
}

function readNumber(text: string | null): number | undefined {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

function queryOf(params: Readonly<Record<string, string | number | undefined>>): string {
  const pairs = Object.entries(params).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  )
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}
