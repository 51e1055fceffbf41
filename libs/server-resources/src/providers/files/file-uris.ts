import { McpError } from '@mcp/protocol'

import { compileGlob } from '../../subscriptions/glob.ts'

export interface FileUrisOptions {
  /** Below which name the files are; directly below `file:///` where there is none. */
  readonly name: string | undefined
  /** Whether names that begin with a dot count. */
  readonly hidden: boolean
  /** Globs over paths within the folder that are left out. */
  readonly exclude: readonly string[]
}

/** The URIs of one folder's files. They say where a file is within the folder, never where the folder is. */
export interface FileUris {
  readonly prefix: string
  /**
   * The way from the folder to the file.
   *
   * @throws McpError where the URI leads out of the folder, or to a file that is left out.
   */
  segmentsOf(uri: string): string[]
  uriOf(segments: readonly string[]): string
  /** Whether a file or folder takes part. */
  isVisible(segments: readonly string[]): boolean
}

/** Files being written, until they are complete. */
export const temporaryPrefix = '.mcp-writing-'

export function createFileUris({ name, hidden, exclude }: FileUrisOptions): FileUris {
  const prefix = name === undefined ? 'file:///' : `file:///${encodeURIComponent(name)}/`
  const excluded = exclude.map(compileGlob)

  const isVisible = (segments: readonly string[]): boolean => {
    const path = segments.join('/')
    return (
      !segments.some((segment) => segment.startsWith(hidden ? temporaryPrefix : '.')) &&
      !excluded.some((fits) => fits(path))
    )
  }

  return {
    prefix,
    segmentsOf(uri) {
      const segments = uri
        .slice(prefix.length)
        .split('/')
        .map((segment) => readSegment(uri, segment))
      if (isVisible(segments)) return segments
      throw refusal('hidden-file', uri, 'names a file that is left out here')
    },
    uriOf: (segments) => prefix + segments.map(encodeURIComponent).join('/'),
    isVisible,
  }
}

function readSegment(uri: string, segment: string): string {
  let name: string
  try {
    name = decodeURIComponent(segment)
  } catch {
    throw new McpError('invalid-params', `${shown(uri)} has a % that encodes nothing.`, {
      details: { reason: 'uri-syntax' },
    })
  }
  if (name === '..' || name === '.' || /[/\\\0]/.test(name)) {
    throw refusal('path-escape', uri, 'would lead out of its folder; name a file within it')
  }
  if (name === '' || /[?#]/.test(segment)) {
    throw new McpError(
      'invalid-params',
      `${shown(uri)} names no file: a name is empty, or has a ? or # that is not encoded.`,
      { details: { reason: 'uri-syntax' } },
    )
  }
  return name
}

const shown = (uri: string): string => uri.slice(0, 200)

/** The error for a file that is there and is not given. */
export function refusal(reason: string, uri: string, problem: string): McpError {
  return new McpError('forbidden', `${shown(uri)} ${problem}.`, { details: { reason } })
}
