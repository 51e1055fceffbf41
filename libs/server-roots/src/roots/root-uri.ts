import { relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

import { parsePath, pathEscape } from '@mcp/files'
import { invalidParam, notFound } from '@mcp/server'

import type { Folder } from './folder.ts'

/** A path below a folder of the operator. */
export interface RootUri {
  readonly folder: Folder
  readonly path: string
}

/**
 * Parses the URI of a folder, such as `root://workspace/notes`. Also accepts `file:///…`, because some
 * clients send it.
 *
 * @throws McpError `forbidden`, reason `path-escape`, if the path is not below any of the folders.
 */
export async function parseRootUri(
  uri: string,
  folders: ReadonlyMap<string, Folder>,
): Promise<RootUri> {
  const url = URL.canParse(uri) ? new URL(uri) : undefined
  if (url === undefined || (url.search + url.hash).length > 0) throw invalidUri()
  if (url.protocol === 'root:') return readRootUri(url, folders)
  if (url.protocol !== 'file:') throw invalidUri()
  // A URI with a host refers to another machine. Encoded slashes, backslashes and NUL could change the
  // path when they are decoded.
  if (url.host !== '' || /%(?:2f|5c|00)/i.test(url.pathname)) throw pathEscape({ param: 'uri' })
  const path = readPath(() => fileURLToPath(url))

  const candidates: RootUri[] = []
  for (const folder of folders.values()) {
    const configured = folder.files.path
    const { realPath } = await folder.files.locate().catch(() => ({ realPath: configured }))
    for (const base of new Set([configured, realPath])) {
      const way = relative(base, path)
      if (way === '..' || way.startsWith(`..${sep}`) || way.startsWith(sep)) continue
      candidates.push({ folder, path: parsePath(way.split(sep).join('/'), 'uri') })
    }
  }
  // If several folders contain the path, the innermost folder is used.
  const nearest = candidates.toSorted((one, other) => one.path.length - other.path.length)[0]
  if (nearest === undefined) throw pathEscape({ param: 'uri' })
  return nearest
}

function readRootUri(url: URL, folders: ReadonlyMap<string, Folder>): RootUri {
  const name = url.hostname
  const folder = folders.get(name)
  if (folder === undefined) throw notFound('root of the operator', name, folders.keys())
  if (url.port !== '' || url.username !== '' || url.password !== '') throw invalidUri()
  // Names are checked after decoding, because an encoded slash must not split a name and encoded
  // dots must not lead up.
  const names = url.pathname.split('/').map((part) => readPath(() => decodeURIComponent(part)))
  if (names.some((name) => name.includes('/'))) throw pathEscape({ param: 'uri' })
  return { folder, path: parsePath(names.filter((each) => each !== '').join('/'), 'uri') }
}

function readPath(read: () => string): string {
  try {
    return read()
  } catch (cause) {
    throw invalidParam('uri', 'the URI contains characters that are invalid in a path', {
      reason: 'path-escape',
      cause,
    })
  }
}

function invalidUri() {
  return invalidParam('uri', 'must look like "root://workspace/notes" or "file:///home/me/notes"', {
    reason: 'uri-syntax',
  })
}
