import { statSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'

import {
  createSafeFolder,
  createStarterFolder,
  fileChunks,
  fileError,
  isUsableFolder,
  makeFolderSync,
} from '@mcp/files'
import { McpError } from '@mcp/protocol'

import { loadMediaTypes } from '../media-type.ts'
import type { OpenOptions, ResourceName, ResourceProvider } from '../resource-provider.ts'
import { fileEtag, fileInfo } from './file-info.ts'
import { createFileUris, shortened } from './file-uris.ts'
import { openResourceFile } from './open-resource-file.ts'
import { walkFiles } from './walk-files.ts'
import { starterFiles } from './starter-files.ts'
import { watchFiles } from './watch-files.ts'
import { removeFile, writeFile } from './write-file.ts'

export interface FileResourcesOptions {
  /** Folder whose files are resources. Created if it does not exist and `writable` is true. */
  readonly folder: string
  /** First segment of the URIs: `file:///<name>/`. Default: the files are directly below `file:///`. */
  readonly name?: string | undefined
  /** Whether clients may create, update and delete files. Default: `false`. */
  readonly writable?: boolean | undefined
  /**
   * Whether a missing folder is created with a few files, if `writable` is true. A folder that exists is never
   * changed. Default: `false`.
   */
  readonly starter?: boolean | undefined
  /** Whether names that start with a dot are included. Default: `false`. */
  readonly hidden?: boolean | undefined
  /** Globs of excluded paths, relative to the folder. Default: `['**\/node_modules/**']`. */
  readonly exclude?: readonly string[] | undefined
  /**
   * With `refuse`, files with several names (hard links) are neither read nor written, because another
   * name of the file may be outside the folder. Default: `allow`.
   */
  readonly hardLinks?: 'allow' | 'refuse' | undefined
  /** Maximum size of a written file, in bytes. Default: 16 MiB. */
  readonly maxWriteBytes?: number | undefined
}

const chunkBytes = 128 * 1024

/**
 * Creates a provider of the files of a folder.
 *
 * @throws McpError `invalid-params` if the folder does not exist.
 *
 * @example
 * resourcesServer({ providers: [fileResources({ folder: 'docs', name: 'docs' })] })
 */
export function fileResources(options: FileResourcesOptions): ResourceProvider {
  const { folder: location, name, writable = false, hidden = false, hardLinks } = options
  const {
    starter = false,
    exclude = ['**/node_modules/**'],
    maxWriteBytes = 16 * 1024 * 1024,
  } = options
  if (name !== undefined && !/^[A-Za-z0-9][\w.-]{0,63}$/.test(name)) {
    throw new McpError(
      'invalid-params',
      `Invalid folder name "${name}". A name has at most 64 letters, digits, "_", "-" and ".".`,
    )
  }
  requireFolder(location, { writable, starter })
  const label = name === undefined ? 'the folder of file:///' : `the folder ${name}`
  const folder = createSafeFolder(location, { label: capitalize(label), hardLinks })
  const uris = createFileUris({ name, hidden, exclude })

  async function nameOf(path: string): Promise<ResourceName> {
    const typeOf = await loadMediaTypes()
    const fileName = path.slice(path.lastIndexOf('/') + 1)
    return { uri: uris.uriOf(path), name: fileName, mimeType: typeOf(fileName) }
  }

  async function stat(uri: string) {
    const path = uris.pathOf(uri)
    const opened = await openResourceFile(folder, path, uri)
    await opened?.handle.close()
    return opened && fileInfo(await nameOf(path), opened.stats)
  }

  const provider: ResourceProvider = {
    label,
    prefixes: [uris.prefix],
    async health() {
      if (await isUsableFolder(location)) return { state: 'healthy' }
      const reason = `${capitalize(label)} cannot be opened. Check that it exists and that this server may use it.`
      return { state: 'unhealthy', reason }
    },
    canonicalize: (uri) => uris.uriOf(uris.pathOf(uri)),
    async *list(listOptions) {
      for await (const path of walkFiles(folder, uris, listOptions)) yield await nameOf(path)
    },
    stat,
    async open(uri, openOptions) {
      const path = uris.pathOf(uri)
      const opened = await openResourceFile(folder, path, uri)
      if (opened === undefined) return undefined
      const info = fileInfo(await nameOf(path), opened.stats)
      if (openOptions.ifNoneMatch !== fileEtag(opened.stats)) {
        return { info, body: readFile(opened.handle, uri, openOptions) }
      }
      await opened.handle.close()
      return { info }
    },
    templates: [
      {
        uriTemplate: `${uris.prefix}{+path}`,
        name: name ?? 'files',
        description: 'A file by its path within the folder.',
      },
    ],
    async complete({ value, limit, signal }) {
      const prefix = uris.uriOf(value)
      const values: string[] = []
      for await (const path of walkFiles(folder, uris, { prefix, signal })) {
        if (values.push(toPathValue(path)) >= limit) break
      }
      return values
    },
    watch: (watchOptions) => watchFiles({ ...watchOptions, folder, uris, stat }),
  }
  if (!writable) return provider
  return {
    ...provider,
    async write(uri, request) {
      if (request.bytes.length > maxWriteBytes) throw tooLarge(uri, maxWriteBytes)
      const path = uris.pathOf(uri)
      return fileInfo(await nameOf(path), await writeFile(folder, path, uri, request))
    },
    remove: (uri, request) => removeFile(folder, uris.pathOf(uri), uri, request),
  }
}

/**
 * Throws if the folder does not exist. Without this check, an invalid folder would cause an error only
 * on first use instead of at startup.
 */
function requireFolder(
  path: string,
  { writable, starter }: { readonly writable: boolean; readonly starter: boolean },
): void {
  let cause: unknown
  try {
    if (writable && starter) createStarterFolder(path, starterFiles)
    if (writable) makeFolderSync(path, 0o700)
    if (statSync(path).isDirectory()) return
  } catch (thrown) {
    if (McpError.is(thrown)) throw thrown
    cause = thrown
  }
  // The message may contain the path, because only the operator receives it.
  throw new McpError(
    'invalid-params',
    `The resource folder "${path}" does not exist or is not a folder.`,
    { cause },
  )
}

/** Yields the bytes of a file in chunks, then closes the file. All chunks share one buffer. */
async function* readFile(
  handle: FileHandle,
  uri: string,
  { start, end, signal }: OpenOptions,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const { bytes } of fileChunks(handle, { start, end, chunkBytes, signal })) {
      yield bytes
    }
  } catch (thrown) {
    if (signal.aborted) throw thrown
    throw fileError(thrown, { label: shortened(uri) })
  } finally {
    await handle.close()
  }
}

/**
 * Returns the value of `{+path}` for a path. The value is percent-encoded if the path has characters
 * that the expansion of `{+path}` would leave unencoded.
 */
function toPathValue(path: string): string {
  return /[?#%[\]]/.test(path) ? path.split('/').map(encodeURIComponent).join('/') : path
}

const capitalize = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

function tooLarge(uri: string, maxWriteBytes: number): McpError {
  return new McpError(
    'payload-too-large',
    `${shortened(uri)} exceeds the maximum of ${maxWriteBytes} bytes.`,
    { details: { maxWriteBytes } },
  )
}
