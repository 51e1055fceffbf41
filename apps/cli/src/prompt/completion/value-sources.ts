import { isRecord } from '@mcp/protocol/light'

import { findOperation } from '../../calls/find-operation.ts'
import { sendCall } from '../../calls/send-call.ts'
import { readServers } from '../../remote/catalogue.ts'
import type { Connection } from '../../remote/connection.ts'
import { listConversationIds, listModelNames } from '../../remote/list-names.ts'
import type { SlashCommand } from '../prompt.ts'
import type { CompletionSources, ValueRequest } from './complete-line.ts'

const defaultMaxWaitMs = 1500
const limit = 200

type Item = Readonly<Record<string, unknown>>

/** An operation that lists the values of a kind. */
interface Listing {
  readonly operation: string
  /** Target and params. Default: none. */
  readonly payload?: ((request: ValueRequest) => Item) | undefined
}

const roots: Listing = { operation: 'roots.listRoots' }

const listings: Readonly<Record<string, Listing>> = {
  root: roots,
  toRoot: roots,
  prompt: { operation: 'prompts.list' },
  database: { operation: 'database.listDatabases' },
  schema: { operation: 'database.listSchemas', payload: databaseOf },
  table: {
    operation: 'database.listTables',
    payload: (request) => {
      const { schema } = request.others
      return { ...databaseOf(request), params: schema === undefined ? {} : { schema } }
    },
  },
  resource: {
    operation: 'resources.list',
    payload: ({ typed }) => ({ params: typed === '' ? {} : { prefix: typed } }),
  },
}

function databaseOf({ others: { database } }: ValueRequest): Item {
  return database === undefined ? {} : { database }
}

const nameLists: Readonly<Record<string, typeof listModelNames>> = {
  model: listModelNames,
  conversation: listConversationIds,
}

/**
 * Creates the sources of completion. Values come from the list operations of the servers, and from the REST API
 * for conversations and models.
 */
export function createCompletionSources(
  connect: () => Promise<Connection>,
  commands: Readonly<Record<string, Pick<SlashCommand, 'actions'>>>,
  /** Maximum duration of one request, in milliseconds. */
  maxWaitMs = defaultMaxWaitMs,
): CompletionSources {
  async function list(
    { operation: name, payload }: Listing,
    request: ValueRequest,
  ): Promise<Item[]> {
    const signal = AbortSignal.timeout(maxWaitMs)
    const connection = await connect()
    const { entry } = findOperation(await readServers(connection, signal), name)
    const { params, ...target } = payload?.(request) ?? {}
    const call = { ...target, operation: entry.operation, params: { limit, ...Object(params) } }
    const response = await sendCall(connection, entry.type, call, signal)
    return response.status === 'success' ? itemsOf(response.result, 'items') : []
  }

  /** Lists the entries of the folder of a path such as `notes/to`. The paths of folders end with `/`. */
  async function listPaths(request: ValueRequest): Promise<string[]> {
    const { typed, others } = request
    const [first] = others['root'] === undefined ? await list(roots, request) : []
    const root = others['root'] ?? first?.['name']
    const folder = typed.slice(0, Math.max(0, typed.lastIndexOf('/')))
    const params = folder === '' ? {} : { path: folder }
    const operation = 'roots.listDirectory'
    const items = await list({ operation, payload: () => ({ root, params }) }, request)
    return items.map(({ path, type }) => `${String(path)}${type === 'directory' ? '/' : ''}`)
  }

  return {
    commands: Object.keys(commands),
    actions: async (name) => (await commands[name]?.actions?.()) ?? [],
    servers: async () => readServers(await connect(), AbortSignal.timeout(maxWaitMs)),
    async values(request) {
      const { kind, server } = request
      const names = server === undefined && Object.hasOwn(nameLists, kind) && nameLists[kind]
      if (names) return names(await connect(), AbortSignal.timeout(maxWaitMs))
      if (kind === 'path' || (kind === 'to' && server === 'roots')) return listPaths(request)
      const listing = Object.hasOwn(listings, kind) ? listings[kind] : undefined
      const items = listing === undefined ? [] : await list(listing, request)
      return items.map(({ name, uri }) => String(kind === 'resource' ? uri : name))
    },
  }
}

function itemsOf(value: unknown, name: string): Item[] {
  const items: unknown = isRecord(value) ? value[name] : undefined
  return Array.isArray(items) ? items.filter(isRecord) : []
}
