import { compileGlob } from '@mcp/files'
import { McpError } from '@mcp/protocol'

export interface FileUrisOptions {
  /** First segment of the URIs. Undefined: the files are directly below `file:///`. */
  readonly name: string | undefined
  /** Whether names that start with a dot are included. */
  readonly hidden: boolean
  /** Globs of excluded paths, relative to the folder. */
  readonly exclude: readonly string[]
}

/** Converts between URIs and paths. A URI contains the path in the folder, never the folder's location. */
export interface FileUris {
  readonly prefix: string
  /**
   * Returns the path of a URI, relative to the folder.
   *
   * @throws McpError if the URI leads out of the folder, is invalid, or names an excluded file.
   */
  pathOf(uri: string): string
  uriOf(path: string): string
  /** Returns whether a file or folder is included. */
  isVisible(path: string): boolean
}

export function createFileUris({ name, hidden, exclude }: FileUrisOptions): FileUris {
  const prefix = name === undefined ? 'file:///' : `file:///${encodeURIComponent(name)}/`
  const exclusions = exclude.map((glob) => compileGlob(glob))

  const isVisible = (path: string): boolean =>
    (hidden || !/(?:^|\/)\./.test(path)) && !exclusions.some((matches) => matches(path))

  return {
    prefix,
    pathOf(uri) {
      const segments = uri.slice(prefix.length).split('/')
      const path = segments.map((segment) => decodeSegment(uri, segment)).join('/')
      if (isVisible(path)) return path
      throw forbidden('hidden-file', uri, 'names a file that is excluded here')
    },
    uriOf: (path) => prefix + path.split('/').map(encodeURIComponent).join('/'),
    isVisible,
  }
}

function decodeSegment(uri: string, segment: string): string {
  let name: string
  try {
    name = decodeURIComponent(segment)
  } catch {
    throw invalidUri(uri, 'has an invalid percent encoding')
  }
  if (name === '..' || name === '.' || /[/\\\0]/.test(name)) {
    throw forbidden('path-escape', uri, 'leads out of its folder')
  }
  if (name === '' || /[?#]/.test(segment)) {
    throw invalidUri(uri, 'has an empty name, or a "?" or "#" that is not percent-encoded')
  }
  return name
}

/** Shortens a URI for messages. */
export const shortened = (uri: string): string => uri.slice(0, 200)

function invalidUri(uri: string, problem: string): McpError {
  return new McpError('invalid-params', `${shortened(uri)} ${problem}.`, {
    details: { reason: 'uri-syntax' },
  })
}

function forbidden(reason: string, uri: string, problem: string): McpError {
  return new McpError('forbidden', `${shortened(uri)} ${problem}.`, { details: { reason } })
}
