import { join } from 'node:path'

import { createSemaphore } from '@mcp/concurrency'
import type { DocumentStore } from '@mcp/files'
import { createFileDocumentStore, prefixDocuments } from '@mcp/files'
import { systemClock } from '@mcp/protocol'
import * as z from 'zod'

import type { ExperimentalCapabilities } from './connection/open-connection.ts'
import { createRemoteTransport } from './connection/remote-transport.ts'
import { createUpstreamServer } from './create-upstream-server.ts'
import type { UpstreamEntry } from './entry/upstream-entry.ts'
import type { Substitutes } from './interactive/respond-to-server.ts'
import type { Dispatch } from './interactive/create-sampler.ts'
import { createSampler } from './interactive/create-sampler.ts'
import { createFileCatalogueStore } from './node/file-catalogue-store.ts'
import type { NamedRoot } from './node/named-roots.ts'
import { namedRoots } from './node/named-roots.ts'
import { createStdioTransport } from './node/stdio-transport.ts'
import { sharedPrefix } from './node/upstream-documents.ts'
import type { UpstreamService, UpstreamServiceOptions } from './node/upstream-service.ts'
import { createUpstreamService } from './node/upstream-service.ts'
import type { FetchResponse } from './oauth/login-fetch.ts'
import { loginUrls } from './oauth/mount-logins.ts'
import type { UpstreamLogin } from './oauth/login.ts'
import { createUpstreamLogin } from './oauth/upstream-login.ts'

/** Maximum number of concurrent starts of processes. More starts at a time would slow down each of them. */
const maxConcurrentStarts = 4

/**
 * Returns the schemas of the environment variables of upstream servers.
 *
 * @example
 * const config = z.object({ ...upstreamSettings() }).parse(process.env)
 */
export const upstreamSettings = () => ({
  MCP_CONFIG: z
    .string()
    .optional()
    .describe(
      'File with "mcpServers": standard MCP servers whose tools, resources and prompts are offered too. Not set: mcp.json in the working folder, or mcp/mcp.json in the configuration folder of the user.',
    ),
  MCP_OPERATORS: z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== ''),
    )
    .describe(
      'Callers that may add, remove and restart MCP servers, and read the reasons for decisions of the policy, comma-separated: names in MCP_TOKENS, or issuer#subject of access tokens. Without authentication, programs on this machine may.',
    ),
  MCP_PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
    .optional()
    .describe(
      'Address of the session manager for browsers, to which they return after a login at an MCP server. Not set: its port on localhost.',
    ),
  MCP_ALLOW_COMMANDS: z
    .stringbool({ error: 'must be true or false' })
    .default(false)
    .describe('Whether operators may add MCP servers that run a command on this machine.'),
})

/** Values of the variables of {@link upstreamSettings}. */
export type UpstreamSettings = z.output<z.ZodObject<ReturnType<typeof upstreamSettings>>>

/** Returns the address of the session manager to which browsers return after a login. */
export function publicUrlOf(config: {
  readonly MCP_PUBLIC_URL?: string | undefined
  readonly MCP_PATH_PREFIX?: string | undefined
  readonly SESSION_MANAGER_PORT: number
}): string {
  const { MCP_PUBLIC_URL, MCP_PATH_PREFIX = '', SESSION_MANAGER_PORT } = config
  return MCP_PUBLIC_URL ?? `http://localhost:${SESSION_MANAGER_PORT}${MCP_PATH_PREFIX}`
}

export interface OpenUpstreamsOptions extends Pick<
  UpstreamServiceOptions,
  'folder' | 'reservedNames' | 'onWarning' | 'onError'
> {
  /**
   * Sends a request to the other servers of the program. For an entry with `"sampling": "hub"`, the sampling
   * server among them responds to sampling requests that a caller cannot handle.
   */
  readonly dispatch?: Dispatch | undefined
  /**
   * Creates the function that sends requests to the authorization servers of the server at `serverUrl`. That
   * server chooses their addresses, so the function must refuse private addresses other than that of the
   * server. Default: no logins.
   */
  readonly createLoginFetch?: ((serverUrl: string) => FetchResponse) | undefined
  /** Address of the session manager for browsers. If it is undefined, no user can complete a login. */
  readonly publicUrl?: string | undefined
  /**
   * Returns experimental capabilities that the hub declares to servers, such as those with which it
   * recognizes itself. Default: none.
   */
  readonly experimental?: (() => Promise<ExperimentalCapabilities>) | undefined
  /** Documents that several processes share, for the approved tools. Default: files of this process. */
  readonly documents?: DocumentStore | undefined
  /**
   * Sealed documents that several processes share, for the logins and the servers that operators add.
   * Default: files of this process.
   */
  readonly sealedDocuments?: DocumentStore | undefined
  /** Folders that entries may name in `hub.roots`. Default: none. */
  readonly roots?: readonly NamedRoot[] | undefined
}

/**
 * Reads the MCP configuration file, and creates the upstream servers of a program. Nothing is started before
 * `start` of the result.
 *
 * @throws McpError `invalid-params` if the file is invalid, or configured and missing, or if the file of the
 * added servers is damaged.
 *
 * @example
 * const upstreams = openUpstreams(config, { folder: config.MCP_DATA_DIR, onWarning, onError })
 * await upstreams.start(dispatcher)
 */
export function openUpstreams(
  { MCP_CONFIG: configured, MCP_ALLOW_COMMANDS: allowCommands }: UpstreamSettings,
  {
    dispatch,
    roots = [],
    createLoginFetch,
    publicUrl,
    experimental,
    documents,
    sealedDocuments,
    ...options
  }: OpenUpstreamsOptions,
): UpstreamService {
  const folder = join(options.folder, 'upstreams')
  const catalogues = createFileCatalogueStore(folder)
  const pins = documentsOf('pins', documents)
  const credentials = documentsOf('credentials', sealedDocuments)

  function documentsOf(
    kind: 'pins' | 'credentials',
    shared: DocumentStore | undefined,
  ): DocumentStore {
    if (shared !== undefined) return prefixDocuments(shared, sharedPrefix(kind))
    return createFileDocumentStore(join(folder, kind))
  }

  function loginOf(entry: UpstreamEntry, name: string): UpstreamLogin | undefined {
    if (entry.transport === 'stdio' || createLoginFetch === undefined) return undefined
    const isStatic = Object.keys(entry.headers).some((key) => key.toLowerCase() === 'authorization')
    if (isStatic) return undefined
    return createUpstreamLogin({
      entry: { ...entry, name },
      credentials,
      fetch: createLoginFetch(entry.url),
      ...(publicUrl === undefined ? { redirectUrl: undefined } : loginUrls(publicUrl)),
      clock: systemClock,
    })
  }

  function substitutesOf(entry: UpstreamEntry): Substitutes {
    const named = namedRoots(entry, roots, options.onWarning)
    const samples = entry.hub.sampling === 'hub' && dispatch !== undefined
    return {
      ...(named.length === 0 ? {} : { roots: async () => named }),
      ...(samples ? { sample: createSampler(entry.name, dispatch) } : {}),
    }
  }
  const starts = createSemaphore({ limit: maxConcurrentStarts })
  return createUpstreamService({
    ...options,
    sharedServers: sealedDocuments,
    configured,
    allowCommands,
    createServer(entry, name) {
      const login = loginOf(entry, name)
      return createUpstreamServer(entry, {
        name,
        createTransport: (each) =>
          each.transport === 'stdio'
            ? createStdioTransport(each)
            : createRemoteTransport(each, login),
        login,
        catalogues,
        experimental,
        pins,
        onWarning: options.onWarning,
        starts,
        substitutes: substitutesOf(entry),
        onError: options.onError,
      })
    },
  })
}
