import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

import { mountMcp } from '@mcp/bridge'
import { createDispatcher } from '@mcp/dispatcher'
import { listen } from '@mcp/node'
import { toolsServer } from '@mcp/server-tools'
import { createSessionManager } from '@mcp/session-manager'
import { createUpstreamServer, upstreamOptionsSchema } from '@mcp/upstream'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'

import { connectAnsweringClient, everythingTools } from './everything-tools.ts'

/** A folder for the servers that need one, with a file `a.txt`. */
export const folder = mkdtempSync(join(tmpdir(), 'mcp-upstream-'))
writeFileSync(join(folder, 'a.txt'), 'content of a')

const modules = resolve(import.meta.dirname, '../../node_modules')
const packageOf = (name: string) => `${modules}/@modelcontextprotocol/${name}/dist/index.js`
const a = join(folder, 'a.txt')
const b = join(folder, 'b.txt')

interface RealServer {
  /** Arguments of node. */
  readonly args: readonly string[]
  /** All tools, with the arguments of a call and a text of its result, in the order of the calls. */
  readonly tools: Readonly<Record<string, readonly [args: object, text: string]>>
}

/** The published servers over stdio. */
export const realServers: Readonly<Record<string, RealServer>> = {
  everything: { args: [packageOf('server-everything'), 'stdio'], tools: everythingTools },
  filesystem: {
    args: [packageOf('server-filesystem'), folder],
    tools: {
      read_file: [{ path: a }, 'content of a'],
      read_text_file: [{ path: a }, 'content of a'],
      read_media_file: [{ path: a }, Buffer.from('content of a').toString('base64')],
      read_multiple_files: [{ paths: [a] }, 'content of a'],
      write_file: [{ path: b, content: 'b' }, 'b.txt'],
      edit_file: [{ path: b, edits: [{ oldText: 'b', newText: 'c' }] }, '+c'],
      move_file: [{ source: b, destination: join(folder, 'c.txt') }, 'c.txt'],
      create_directory: [{ path: join(folder, 'd') }, 'd'],
      list_directory: [{ path: folder }, 'c.txt'],
      list_directory_with_sizes: [{ path: folder }, 'a.txt'],
      directory_tree: [{ path: folder }, 'a.txt'],
      search_files: [{ path: folder, pattern: '*.txt' }, 'a.txt'],
      get_file_info: [{ path: a }, 'size: 12'],
      list_allowed_directories: [{}, folder],
    },
  },
  memory: {
    args: [packageOf('server-memory')],
    tools: {
      create_entities: [
        {
          entities: ['Ann', 'Bob'].map((name) => ({
            name,
            entityType: 'person',
            observations: [],
          })),
        },
        'Ann',
      ],
      create_relations: [
        { relations: [{ from: 'Ann', to: 'Bob', relationType: 'knows' }] },
        'knows',
      ],
      add_observations: [
        { observations: [{ entityName: 'Ann', contents: ['likes tea'] }] },
        'likes tea',
      ],
      read_graph: [{}, 'knows'],
      search_nodes: [{ query: 'tea' }, 'Ann'],
      open_nodes: [{ names: ['Ann'] }, 'likes tea'],
      delete_observations: [
        { deletions: [{ entityName: 'Ann', observations: ['likes tea'] }] },
        'deleted',
      ],
      delete_relations: [
        { relations: [{ from: 'Ann', to: 'Bob', relationType: 'knows' }] },
        'deleted',
      ],
      delete_entities: [{ entityNames: ['Bob'] }, 'deleted'],
    },
  },
  clock: {
    args: [packageOf('server-basic-vanillajs'), '--stdio'],
    tools: { 'get-time': [{}, 'T'] },
  },
}

/** Starts a hub in this process with all published servers behind it, and connects a client. */
export async function startRealServers() {
  const servers = Object.entries(realServers).map(([name, { args }]) => {
    const env = { MEMORY_FILE_PATH: join(folder, 'memory.json') }
    const hub = upstreamOptionsSchema.parse({})
    const entry = { name, transport: 'stdio', command: process.execPath, args, env, hub } as const
    return createUpstreamServer(entry, {
      createTransport: () =>
        new StdioClientTransport({
          command: process.execPath,
          args: [...args],
          env: { ...env, PATH: process.env['PATH'] ?? '' },
          stderr: 'ignore',
        }),
    })
  })
  const dispatcher = createDispatcher({ servers: [toolsServer(), ...servers] })
  const manager = createSessionManager({ dispatcher, mounts: [mountMcp({ dispatcher })] })
  const listening = await listen({ service: manager, port: 0 })
  const client = await connectAnsweringClient((request) => manager.fetch(request))
  return {
    client,
    dispatcher,
    /** Address of the hub for programs. */
    url: `${listening.url}/mcp/all`,
    async close() {
      await client.close()
      await listening.close({ graceMs: 1000 })
      await dispatcher.close()
    },
  }
}
