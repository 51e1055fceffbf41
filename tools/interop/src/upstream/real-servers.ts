import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

import { mountMcp } from '@mcp/bridge'
import { createDispatcher } from '@mcp/dispatcher'
import { toolsServer } from '@mcp/server-tools'
import { createSessionManager } from '@mcp/session-manager'
import { createUpstreamServer, upstreamOptionsSchema } from '@mcp/upstream'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'

/** A folder for the servers that need one, with a file `a.txt`. */
export const folder = mkdtempSync(join(tmpdir(), 'mcp-upstream-'))
writeFileSync(join(folder, 'a.txt'), 'content of a')

const modules = resolve(import.meta.dirname, '../../node_modules')
const packageOf = (name: string) => `${modules}/@modelcontextprotocol/${name}/dist/index.js`

/** The published servers: the arguments of node, and the arguments with which each tool is called. */
export const realServers: Readonly<
  Record<string, { args: readonly string[]; calls: Readonly<Record<string, object>> }>
> = {
  everything: {
    args: [packageOf('server-everything'), 'stdio'],
    calls: {
      echo: { message: 'hi' },
      'get-sum': { a: 1, b: 2 },
      'get-env': {},
      'get-tiny-image': {},
      'get-resource-links': { count: 2 },
      'get-resource-reference': { resourceType: 'Text', resourceId: 1 },
      'get-structured-content': { location: 'New York' },
      'get-annotated-message': { messageType: 'success', includeImage: true },
      'trigger-long-running-operation': { duration: 0.2, steps: 2 },
    },
  },
  filesystem: {
    args: [packageOf('server-filesystem'), folder],
    calls: {
      read_file: { path: join(folder, 'a.txt') },
      read_text_file: { path: join(folder, 'a.txt') },
      read_multiple_files: { paths: [join(folder, 'a.txt')] },
      write_file: { path: join(folder, 'b.txt'), content: 'b' },
      edit_file: { path: join(folder, 'b.txt'), edits: [{ oldText: 'b', newText: 'c' }] },
      create_directory: { path: join(folder, 'd') },
      list_directory: { path: folder },
      list_directory_with_sizes: { path: folder },
      directory_tree: { path: folder },
      search_files: { path: folder, pattern: '*.txt' },
      get_file_info: { path: join(folder, 'a.txt') },
      list_allowed_directories: {},
    },
  },
  memory: {
    args: [packageOf('server-memory')],
    calls: {
      create_entities: { entities: [{ name: 'Ann', entityType: 'person', observations: [] }] },
      add_observations: { observations: [{ entityName: 'Ann', contents: ['likes tea'] }] },
      read_graph: {},
      search_nodes: { query: 'tea' },
      open_nodes: { names: ['Ann'] },
    },
  },
  clock: {
    args: [packageOf('server-basic-vanillajs'), '--stdio'],
    calls: { 'get-time': {} },
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
  const client = new Client({ name: 'interop', version: '1.0.0' })
  await client.connect(
    new StreamableHTTPClientTransport(new URL('http://localhost/mcp/all'), {
      fetch: (url, init) => manager.fetch(new Request(url, init)),
    }),
  )
  return {
    client,
    dispatcher,
    async close() {
      await client.close()
      await manager.close()
      await dispatcher.close()
    },
  }
}
