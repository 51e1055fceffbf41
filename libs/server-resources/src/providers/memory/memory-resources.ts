import type { Clock, MaybePromise } from '@mcp/protocol'
import { McpError, systemClock } from '@mcp/protocol'

import type { TemplateMatcher } from '../../templates/match-template.ts'
import { compileTemplate } from '../../templates/match-template.ts'
import { loadMediaTypes } from '../media-type.ts'
import type {
  OpenedResource,
  ResourceProvider,
  ResourceTemplate,
  TemplateVariables,
} from '../resource-provider.ts'
import type { MemoryResource, StoredResource } from './memory-store.ts'
import { createMemoryStore, toBytes } from './memory-store.ts'
import { canonicalizePath, nameOf } from './memory-uris.ts'

/** A template of resources that are generated when they are read. */
export interface MemoryTemplate extends ResourceTemplate {
  /** Returns the content, or undefined if no resource exists for these variables. */
  read(
    variables: TemplateVariables,
    options: { readonly signal: AbortSignal },
  ): MaybePromise<string | Uint8Array | undefined>
  /**
   * Returns values of a variable, in alphabetical order. The provider removes the values that do not
   * start with the requested prefix.
   */
  complete?(variable: string, context: TemplateVariables): MaybePromise<readonly string[]>
}

export interface MemoryResourcesOptions {
  /** Prefix of the URIs. Default: `memory:///`. */
  readonly prefix?: string | undefined
  /** Initial resources. Default: none. */
  readonly resources?: readonly MemoryResource[] | undefined
  /** Templates below the prefix, such as `memory:///weather/{city}`. Default: none. */
  readonly templates?: readonly MemoryTemplate[] | undefined
  /** Whether clients may create, update and delete resources. Default: `true`. */
  readonly writable?: boolean | undefined
  /** Maximum size of all contents together, in bytes. Default: 64 MiB. */
  readonly maxBytes?: number | undefined
  /** Maximum number of resources. Default: 10,000. */
  readonly maxResources?: number | undefined
  /** Replaces the system clock in tests. */
  readonly clock?: Clock | undefined
}

/**
 * Creates a provider of resources in memory: initial resources, resources that clients create, and
 * resources that templates generate.
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
      `Invalid prefix "${prefix}". It must look like memory:///.`,
    )
  }
  const compiled = templates.map((template) => compileMemoryTemplate(template, prefix))
  const store = createMemoryStore({ prefix, initial: resources, maxBytes, maxResources, clock })

  async function find(uri: string, signal: AbortSignal): Promise<StoredResource | undefined> {
    return (await store.get(uri)) ?? generate(compiled, uri, signal)
  }

  const provider: ResourceProvider = {
    label: `the memory of ${prefix}`,
    prefixes: [prefix],
    canonicalize: (uri) => prefix + canonicalizePath(uri.slice(prefix.length), uri),
    async *list({ after = '', prefix: uriPrefix = '' }) {
      for await (const info of store.list()) {
        if (info.uri > after && info.uri.startsWith(uriPrefix)) yield info
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
    // There are no changes to watch. Only this server changes the resources, and it publishes its changes.
    watch: () => () => {},
  }
  if (!writable) return provider
  return {
    ...provider,
    write: (uri, request) => store.write(uri, request),
    remove: (uri, request) => store.remove(uri, request),
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

/** Generates a resource with the first template that matches the URI and returns content. */
async function generate(
  templates: readonly CompiledTemplate[],
  uri: string,
  signal: AbortSignal,
): Promise<StoredResource | undefined> {
  for (const { template, match } of templates) {
    const variables = match(uri)
    const content = variables && (await template.read(variables, { signal }))
    if (content === undefined) continue
    const bytes = toBytes(content)
    const typeOf = await loadMediaTypes()
    const { mimeType = typeof content === 'string' ? 'text/plain' : typeOf(uri) } = template
    return { bytes, info: { uri, name: nameOf(uri), mimeType, size: bytes.length } }
  }
  return undefined
}

const chunkBytes = 128 * 1024

async function* splitIntoChunks(bytes: Uint8Array): NonNullable<OpenedResource['body']> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes)
}
