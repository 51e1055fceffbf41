import type { Clock, MaybePromise } from '@mcp/protocol'
import { formatTimestamp, McpError, systemClock } from '@mcp/protocol'
import { checkMatch } from '@mcp/server'

import { loadMediaTypes } from '../media-type.ts'
import { resourceNotFound } from '../resource-not-found.ts'
import type {
  OpenedResource,
  ResourceInfo,
  ResourceProvider,
  ResourceTemplate,
  TemplateVariables,
} from '../resource-provider.ts'
import type { TemplateMatcher } from '../../templates/match-template.ts'
import { compileTemplate } from '../../templates/match-template.ts'

/** An initial resource. */
export interface MemoryResource {
  /** Path below the prefix, such as `notes.md`. */
  readonly path: string
  readonly content: string | Uint8Array
  /** Media type. Default: determined by the extension of the path. */
  readonly mimeType?: string | undefined
  readonly description?: string | undefined
}

/** Resources that are generated when they are read. */
export interface MemoryTemplate extends ResourceTemplate {
  /** Returns the content, or undefined if no resource exists for these variables. */
  read(
    variables: TemplateVariables,
    options: { readonly signal: AbortSignal },
  ): MaybePromise<string | Uint8Array | undefined>
  /** Returns values of a variable, in alphabetical order. Those without the requested prefix are dropped. */
  complete?(variable: string, context: TemplateVariables): MaybePromise<readonly string[]>
}

export interface MemoryResourcesOptions {
  /** Prefix of the URIs. Default: `memory:///`. */
  readonly prefix?: string | undefined
  /** Initial resources. Default: none. */
  readonly resources?: readonly MemoryResource[] | undefined
  /** Templates below the prefix, such as `memory:///weather/{city}`. Default: none. */
  readonly templates?: readonly MemoryTemplate[] | undefined
  /** Whether clients may create, update and delete. Default: `true`. */
  readonly writable?: boolean | undefined
  /** Maximum size of all contents together, in bytes. Default: 64 MiB. */
  readonly maxBytes?: number | undefined
  /** Maximum number of resources. Default: 10,000. */
  readonly maxResources?: number | undefined
  /** Replaces the system clock in tests. */
  readonly clock?: Clock | undefined
}

interface StoredResource {
  readonly info: ResourceInfo
  readonly bytes: Uint8Array
}

const encoder = new TextEncoder()
const toBytes = (content: string | Uint8Array): Uint8Array =>
  typeof content === 'string' ? encoder.encode(content) : content

/**
 * Creates a provider of resources in memory: initial ones, those that clients create, and those that
 * templates generate.
 *
 * @throws McpError `invalid-params` for an invalid prefix or template.
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
      `Invalid prefix "${prefix}". It must be similar to memory:///.`,
    )
  }
  const compiled = templates.map((template) => compileMemoryTemplate(template, prefix))
  let stored: Map<string, StoredResource> | undefined
  let loading: Promise<Map<string, StoredResource>> | undefined
  let sorted: string[] | undefined
  let totalBytes = 0
  let version = 0

  async function createInitial(): Promise<Map<string, StoredResource>> {
    const typeOf = await loadMediaTypes()
    const created = new Map<string, StoredResource>()
    for (const { path, content, mimeType = typeOf(path), description } of resources) {
      const uri = prefix + path.split('/').map(encode).join('/')
      const bytes = toBytes(content)
      totalBytes += bytes.length
      created.set(uri, { bytes, info: createInfo(uri, bytes, mimeType, description) })
    }
    return created
  }

  /** Returns the resources. The initial ones are created on first use, since their types load lazily. */
  async function load(): Promise<Map<string, StoredResource>> {
    stored ??= await (loading ??= createInitial())
    return stored
  }

  function createInfo(
    uri: string,
    bytes: Uint8Array,
    mimeType: string,
    description?: string,
  ): ResourceInfo {
    const etag = (++version).toString(36)
    const modifiedAt = formatTimestamp(clock.now())
    return { uri, name: lastName(uri), mimeType, description, size: bytes.length, etag, modifiedAt }
  }

  /** Generates a resource if a template matches the URI. */
  async function generate(uri: string, signal: AbortSignal): Promise<StoredResource | undefined> {
    for (const { template, match } of compiled) {
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

  async function find(uri: string, signal: AbortSignal): Promise<StoredResource | undefined> {
    return (await load()).get(uri) ?? generate(uri, signal)
  }

  const provider: ResourceProvider = {
    label: `the memory of ${prefix}`,
    prefixes: [prefix],
    canonicalize: (uri) => prefix + canonicalPath(uri.slice(prefix.length), uri),
    async *list({ after = '', prefix: uriPrefix = '' }) {
      const all = await load()
      sorted ??= [...all.keys()].toSorted()
      for (const uri of sorted) {
        const found = uri > after && uri.startsWith(uriPrefix) ? all.get(uri) : undefined
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
      const isUnmodified = info.etag !== undefined && info.etag === ifNoneMatch
      return isUnmodified ? { info } : { info, body: splitIntoChunks(bytes.subarray(start, end)) }
    },
    templates,
    async complete({ template, variable, value, context, limit }) {
      const owner = templates.find(({ uriTemplate }) => uriTemplate === template)
      const values = (await owner?.complete?.(variable, context)) ?? []
      return values.filter((candidate) => candidate.startsWith(value)).slice(0, limit)
    },
    // Only this server changes the resources, and it publishes its own changes.
    watch: () => () => {},
  }
  if (!writable) return provider

  return {
    ...provider,
    async write(uri, { bytes, mimeType, mode, ifMatch }) {
      const typeOf = await loadMediaTypes()
      const all = await load()
      const current = all.get(uri)
      if (mode === 'create' && current !== undefined) throw alreadyExists(uri)
      if (mode === 'update' && current === undefined) throw resourceNotFound(uri)
      checkMatch(uri, ifMatch, current?.info.etag)
      const total = totalBytes - (current?.bytes.length ?? 0) + bytes.length
      if (total > maxBytes || (current === undefined && all.size >= maxResources)) {
        throw limitExceeded(maxBytes, maxResources)
      }
      const type = mimeType ?? current?.info.mimeType ?? typeOf(uri)
      const info = createInfo(uri, bytes, type, current?.info.description)
      all.set(uri, { bytes, info })
      totalBytes = total
      if (current === undefined) sorted = undefined
      return info
    },
    async remove(uri, { ifMatch }) {
      const all = await load()
      const current = all.get(uri)
      if (current === undefined) throw resourceNotFound(uri)
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
    throw new McpError('invalid-params', `The template ${uriTemplate} must start with ${prefix}.`)
  }
  return { template, match: compileTemplate(uriTemplate) }
}

const chunkBytes = 128 * 1024

async function* splitIntoChunks(bytes: Uint8Array): NonNullable<OpenedResource['body']> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes)
}

function lastName(uri: string): string {
  return decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1))
}

/** Returns the canonical form of a path: characters are percent-encoded only if necessary. */
function canonicalPath(path: string, uri: string): string {
  if (path === '') throw invalidUri(uri, 'has no path')
  try {
    return path
      .split(/([/?&=,;:@#+])/)
      .map((piece, index) => (index % 2 === 1 ? piece : encode(decodeURIComponent(piece))))
      .join('')
  } catch (cause) {
    throw invalidUri(uri, 'has an invalid percent encoding', cause)
  }
}

/** Encodes as URI templates do, including the five characters that `encodeURIComponent` does not encode. */
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

function alreadyExists(uri: string): McpError {
  return new McpError('conflict', `${uri} already exists. Update it, or choose another URI.`, {
    details: { reason: 'exists' },
  })
}

function limitExceeded(maxBytes: number, maxResources: number): McpError {
  return new McpError(
    'payload-too-large',
    `The memory is limited to ${maxBytes} bytes in ${maxResources} resources. Delete some first.`,
    { details: { maxBytes, maxResources } },
  )
}
