import { Buffer } from 'node:buffer'
import type { FileHandle } from 'node:fs/promises'

import type { Clock } from '@mcp/protocol'
import { McpError, systemClock } from '@mcp/protocol'
import { createKeyedLock } from '@mcp/concurrency'

import { loadMediaTypes } from '../media-type.ts'
import type { OpenOptions, ResourceName, ResourceProvider } from '../resource-provider.ts'
import { fileEtag, fileInfo } from './file-info.ts'
import { fileFailure } from './file-failure.ts'
import { createFileUris } from './file-uris.ts'
import { createFolder } from './folder.ts'
import { walkFiles } from './walk-files.ts'
import { watchFiles } from './watch-files.ts'
import { removeFile, writeFile } from './write-file.ts'

export interface FileResourcesOptions {
  /** The folder whose files are resources. A writable one is made where it is not there. */
  readonly folder: string
  /** Puts its files below `file:///<name>/`. Default: they are directly below `file:///`. */
  readonly name?: string | undefined
  /** Whether files may be created, changed and deleted. Default: `false`. */
  readonly writable?: boolean | undefined
  /** Whether names that begin with a dot count. Default: `false`. */
  readonly hidden?: boolean | undefined
  /** Globs over paths within the folder that are left out. Default: `['**\/node_modules/**']`. */
  readonly exclude?: readonly string[] | undefined
  /** The largest content a file is given, in bytes. Default: 16 MiB. */
  readonly maxWriteBytes?: number | undefined
  /** Replaces the system clock in tests. */
  readonly clock?: Clock | undefined
}

const chunkBytes = 128 * 1024

/**
 * The files of a folder as resources.
 *
 * @throws McpError `invalid-params` where the folder is not there.
 *
 * @example
 * resourcesServer({ providers: [fileResources({ folder: 'docs', name: 'docs' })] })
 */
export function fileResources(options: FileResourcesOptions): ResourceProvider {
  const { folder: path, name, writable = false, hidden = false } = options
  const { exclude = ['**/node_modules/**'], maxWriteBytes = 16 * 1024 * 1024 } = options
  const { clock = systemClock } = options
  if (name !== undefined && !/^[A-Za-z0-9][\w.-]{0,63}$/.test(name)) {
    throw new McpError(
      'invalid-params',
      `A folder of resources cannot be named "${name}": a name has letters, digits, "_", "-" and ".", at most 64.`,
    )
  }
  const folder = createFolder(path, { create: writable })
  const uris = createFileUris({ name, hidden, exclude })
  const lock = createKeyedLock()

  async function nameOf(segments: readonly string[]): Promise<ResourceName> {
    const typeOf = await loadMediaTypes()
    const fileName = segments.at(-1) ?? ''
    return { uri: uris.uriOf(segments), name: fileName, mimeType: typeOf(fileName) }
  }

  async function stat(uri: string) {
    const segments = uris.segmentsOf(uri)
    const opened = await folder.openFile(segments, uri)
    await opened?.handle.close()
    return opened && fileInfo(await nameOf(segments), opened.stats)
  }

  const provider: ResourceProvider = {
    label: name === undefined ? 'the folder of file:///' : `the folder ${name}`,
    prefixes: [uris.prefix],
    canonicalize: (uri) => uris.uriOf(uris.segmentsOf(uri)),
    async *list(options) {
      for await (const segments of walkFiles(folder, uris, options)) yield await nameOf(segments)
    },
    stat,
    async open(uri, options) {
      const segments = uris.segmentsOf(uri)
      const opened = await folder.openFile(segments, uri)
      if (opened === undefined) return undefined
      const info = fileInfo(await nameOf(segments), opened.stats)
      if (options.ifNoneMatch !== fileEtag(opened.stats)) {
        return { info, body: readFile(opened.handle, uri, options) }
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
      const prefix = uris.uriOf(value.split('/'))
      const values: string[] = []
      for await (const segments of walkFiles(folder, uris, { prefix, signal })) {
        if (values.push(pathValue(segments)) >= limit) break
      }
      return values
    },
    watch: (options) => watchFiles({ ...options, root: folder.root, uris, clock, stat }),
  }
  if (!writable) return provider
  return {
    ...provider,
    write: (uri, request) =>
      lock.run(
        [uri],
        async () => {
          if (request.bytes.length > maxWriteBytes) throw tooLarge(uri, maxWriteBytes)
          const segments = uris.segmentsOf(uri)
          const stats = await writeFile(folder, segments, uri, request)
          return fileInfo(await nameOf(segments), stats)
        },
        request.signal,
      ),
    remove: (uri, request) =>
      lock.run([uri], () => removeFile(folder, uris.segmentsOf(uri), uri, request), request.signal),
  }
}

/** Reads through one buffer, however long the file is. */
async function* readFile(
  handle: FileHandle,
  uri: string,
  { start, end = Infinity, signal }: OpenOptions,
): AsyncGenerator<Uint8Array> {
  try {
    const buffer = Buffer.allocUnsafeSlow(Math.min(chunkBytes, Math.max(end - start, 1)))
    for (let position = start; position < end;) {
      signal.throwIfAborted()
      const length = Math.min(buffer.length, end - position)
      const { bytesRead } = await handle.read(buffer, 0, length, position)
      if (bytesRead === 0) return
      yield buffer.subarray(0, bytesRead)
      position += bytesRead
    }
  } catch (thrown) {
    if (signal.aborted) throw thrown
    throw fileFailure(thrown, uri)
  } finally {
    await handle.close()
  }
}

/** What `{+path}` is to be given: encoded where expansion would leave something else than a path. */
function pathValue(segments: readonly string[]): string {
  const path = segments.join('/')
  return /[?#%[\]]/.test(path) ? segments.map(encodeURIComponent).join('/') : path
}

function tooLarge(uri: string, maxWriteBytes: number): McpError {
  return new McpError('payload-too-large', `${uri} may have ${maxWriteBytes} bytes at most.`, {
    details: { maxWriteBytes },
  })
}
