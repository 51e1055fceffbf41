import type { Clock, MaybePromise } from '@mcp/protocol'
import { formatTimestamp, McpError, systemClock } from '@mcp/protocol'
import { checkMatch } from '@mcp/server'

import { loadMediaTypes } from '../media-type.ts'
import { noResource } from '../resource-not-found.ts'
import type {
  OpenedResource,
  ResourceInfo,
  ResourceProvider,
  ResourceTemplate,
  TemplateVariables,
} from '../resource-provider.ts'
import type { TemplateMatcher } from '../../templates/match-template.ts'
import { compileTemplate } from '../../templates/match-template.ts'

/** A resource that is there from the beginning. */
export interface MemoryResource {
  /** Its path below the prefix, such as `notes.md`. */
  readonly path: string
  readonly content: string | Uint8Array
  /** Default: what the path's ending stands for. */
  readonly mimeType?: string | undefined
  readonly description?: string | undefined
}

/** Resources that are made when they are read. */
export interface MemoryTemplate extends ResourceTemplate {
  /** The content, or nothing where these variables name nothing. */
  read(
    variables: TemplateVariables,
    options: { readonly signal: AbortSignal },
  ): MaybePromise<string | Uint8Array | undefined>
  /** Values of a variable, in alphabetical order; those that do not begin right are left out. Default: none. */
  complete?(variable: string, context: TemplateVariables): MaybePromise<readonly string[]>
}

export interface MemoryResourcesOptions {
  /** How the URIs begin. Default: `memory:///`. */
  readonly prefix?: string | undefined
  /** Default: none. */
  readonly resources?: readonly MemoryResource[] | undefined
  /** Templates below the prefix, such as `memory:///weather/{city}`. Default: none. */
  readonly templates?: readonly MemoryTemplate[] | undefined
  /** Whether clients may create, change and delete. Default: `true`. */
  readonly writable?: boolean | undefined
  /** How much all contents may take, in bytes. Default: 64 MiB. */
  readonly maxBytes?: number | undefined
  /** How many there may be. Default: 10,000. */
  readonly maxResources?: number | undefined
  /** Replaces the system clock in tests. */
  readonly clock?: Clock | undefined
}

interface Stored {
  readonly info: ResourceInfo
  readonly bytes: Uint8Array
}

const encoder = new TextEncoder()
const toBytes = (content: string | Uint8Array): Uint8Array =>
  typeof content === 'string' ? encoder.encode(content) : content

/**
 * Resources in this process: those given, those that clients create, and those that templates make.
 *
 * @throws McpError `invalid-params` for a prefix, path or template that is none.
 *
 * @example
 * memoryResources({ resources: [{ path: 'notes.md', content: '# Notes' }] })
 */
export function memoryResources(options: MemoryResourcesOptions = {}): ResourceProvider {
  const { prefix = 'memory:///', resources = [], templates = [], writable = true } = options
  const { maxBytes = 64 * 1024 * 1024, maxResources = 10_000, clock = systemClock } = options
  if (!/^[a-z][a-z0-9+.-]*:\/\/[\w.~/-]*\/$/.test(prefix)) {
    throw new McpError(
      'invalid-params',
      `"${prefix}" cannot begin URIs; it must look like memory:///.`,
    )
  }
  const made = templates.map((template) => compileMemoryTemplate(template, prefix))
  let stored: Map<string, Stored> | undefined
  let filling: Promise<Map<string, Stored>> | undefined
  let sorted: string[] | undefined
  let totalBytes = 0
  let version = 0

  async function fill(): Promise<Map<string, Stored>> {
    const typeOf = await loadMediaTypes()
    const all = new Map<string, Stored>()
    for (const { path, content, mimeType = typeOf(path), description } of resources) {
      const uri = prefix + path.split('/').map(encode).join('/')
      const bytes = toBytes(content)
      totalBytes += bytes.length
      all.set(uri, { bytes, info: infoOf(uri, bytes, mimeType, description) })
    }
    return all
  }

  /** The resources; the given ones are put there on first use, when their types can be told. */
  async function load(): Promise<Map<string, Stored>> {
    stored ??= await (filling ??= fill())
    return stored
  }

  function infoOf(
    uri: string,
    bytes: Uint8Array,
    mimeType: string,
    description?: string,
  ): ResourceInfo {
    const etag = (++version).toString(36)
    const modifiedAt = formatTimestamp(clock.now())
    return { uri, name: lastName(uri), mimeType, description, size: bytes.length, etag, modifiedAt }
  }

  /** What a template makes of the URI, if one fits. */
  async function make(uri: string, signal: AbortSignal): Promise<Stored | undefined> {
    for (const { template, match } of made) {
      const variables = match(uri)
      const content = variables && (await template.read(variables, { signal }))
      if (content === undefined) continue
      const bytes = toBytes(content)
      const typeOf = await loadMediaTypes()
      const { mimeType = typeof content === 'string' ? 'text/plain' : typeOf(uri) } = template
      return { bytes, info: { uri, name: lastName(uri), mimeType, size: bytes.length } }
    }
    return undefined
  }

  async function find(uri: string, signal: AbortSignal): Promise<Stored | undefined> {
    return (await load()).get(uri) ?? make(uri, signal)
  }

  const provider: ResourceProvider = {
    label: `the memory of ${prefix}`,
    prefixes: [prefix],
    canonicalize: (uri) => prefix + canonicalPath(uri.slice(prefix.length), uri),
    async *list({ after = '', prefix: wanted = '' }) {
      const all = await load()
      sorted ??= [...all.keys()].toSorted()
      for (const uri of sorted) {
        const found = uri > after && uri.startsWith(wanted) ? all.get(uri) : undefined
        if (found !== undefined) yield found.info
      }
    },
    async stat(uri, { signal }) {
      return (await find(uri, signal))?.info
    },
    async open(uri, { start, end, ifNoneMatch, signal }) {
      const found = await find(uri, signal)
      if (found === undefined) return undefined
      const { info, bytes } = found
      const isKnown = info.etag !== undefined && info.etag === ifNoneMatch
      return isKnown ? { info } : { info, body: inPieces(bytes.subarray(start, end)) }
    },
    templates,
    async complete({ template, variable, value, context, limit }) {
      const owner = templates.find(({ uriTemplate }) => uriTemplate === template)
      const values = (await owner?.complete?.(variable, context)) ?? []
      return values.filter((candidate) => candidate.startsWith(value)).slice(0, limit)
    },
    // Nobody but this server changes them, and it knows.
    watch: () => () => {},
  }
  if (!writable) return provider

  return {
    ...provider,
    async write(uri, { bytes, mimeType, mode, ifMatch }) {
      const typeOf = await loadMediaTypes()
      const all = await load()
      const current = all.get(uri)
      if (mode === 'create' && current !== undefined) throw isThere(uri)
      if (mode === 'update' && current === undefined) throw noResource(uri)
      checkMatch(uri, ifMatch, current?.info.etag)
      const total = totalBytes - (current?.bytes.length ?? 0) + bytes.length
      if (total > maxBytes || (current === undefined && all.size >= maxResources)) {
        throw full(maxBytes, maxResources)
      }
      const type = mimeType ?? current?.info.mimeType ?? typeOf(uri)
      const info = infoOf(uri, bytes, type, current?.info.description)
      all.set(uri, { bytes, info })
      totalBytes = total
      if (current === undefined) sorted = undefined
      return info
    },
    async remove(uri, { ifMatch }) {
      const all = await load()
      const current = all.get(uri)
      if (current === undefined) throw noResource(uri)
      checkMatch(uri, ifMatch, current.info.etag)
      all.delete(uri)
      totalBytes -= current.bytes.length
      sorted = undefined
    },
  }
}

interface CompiledTemplate {
  readonly template: MemoryTemplate
  readonly match: TemplateMatcher
}

function compileMemoryTemplate(template: MemoryTemplate, prefix: string): CompiledTemplate {
  const { uriTemplate } = template
  if (!uriTemplate.startsWith(prefix)) {
    throw new McpError('invalid-params', `The template ${uriTemplate} must begin with ${prefix}.`)
  }
  return { template, match: compileTemplate(uriTemplate) }
}

const pieceBytes = 128 * 1024

async function* inPieces(bytes: Uint8Array): NonNullable<OpenedResource['body']> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes)
}

function lastName(uri: string): string {
  return decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1))
}

/** One spelling: what need not be encoded is not, everything else but the marks of a URI is. */
function canonicalPath(path: string, uri: string): string {
  if (path === '') throw invalidUri(uri, 'names nothing')
  try {
    return path
      .split(/([/?&=,;:@#+])/)
      .map((piece, index) => (index % 2 === 1 ? piece : encode(decodeURIComponent(piece))))
      .join('')
  } catch (cause) {
    throw invalidUri(uri, 'has a % that encodes nothing', cause)
  }
}

/** As templates encode: the five characters too that the platform's function leaves out. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function invalidUri(uri: string, problem: string, cause?: unknown): McpError {
  return new McpError('invalid-params', `${uri.slice(0, 200)} ${problem}.`, {
    details: { reason: 'uri-syntax' },
    cause,
  })
}

function isThere(uri: string): McpError {
  return new McpError('conflict', `${uri} is there already; update it, or choose another URI.`, {
    details: { reason: 'exists' },
  })
}

function full(maxBytes: number, maxResources: number): McpError {
  return new McpError(
    'payload-too-large',
    `The memory holds ${maxBytes} bytes in ${maxResources} resources at most; delete some first.`,
    { details: { maxBytes, maxResources } },
  )
}
