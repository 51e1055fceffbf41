import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { resolve } from 'node:path'

import { mountMcp } from '@mcp/bridge'
import { createDispatcher } from '@mcp/dispatcher'
import { toolsServer } from '@mcp/server-tools'
import { createSessionManager } from '@mcp/session-manager'
import { createRemoteTransport, createUpstreamServer, upstreamOptionsSchema } from '@mcp/upstream'

import { listenOnFreePort } from '../listening.ts'
import { connectAnsweringClient } from './everything-tools.ts'

const modules = resolve(import.meta.dirname, '../../node_modules')
const everything = `${modules}/@modelcontextprotocol/server-everything/dist/index.js`
const peer = (name: string) => resolve(import.meta.dirname, `../peers/${name}.ts`)

interface RemoteServer {
  readonly transport: 'http' | 'sse'
  readonly path: string
  readonly args: (port: number) => readonly string[]
}

/** Published servers over HTTP: of both eras, of the older transport, and of another framework. */
export const remoteServers: Readonly<Record<string, RemoteServer>> = {
  everything: { transport: 'http', path: '/mcp', args: () => [everything, 'streamableHttp'] },
  'everything-sse': { transport: 'sse', path: '/sse', args: () => [everything, 'sse'] },
  fastmcp: { transport: 'http', path: '/mcp', args: (port) => [peer('fastmcp'), String(port)] },
  modern: {
    transport: 'http',
    path: '/mcp',
    args: (port) => [peer('sdk-v2-modern'), String(port)],
  },
  sessions: {
    transport: 'http',
    path: '/mcp',
    args: (port) => [peer('sdk-v2-sessions'), String(port)],
  },
}

/** Starts a program on a free port, and waits until it listens. */
async function startProgram({ args }: RemoteServer) {
  const probe = createServer()
  const port = await listenOnFreePort(probe)
  probe.close()
  const preload = new URL('listen-on-loopback.ts', import.meta.url).href
  const child = spawn(process.execPath, ['--import', preload, ...args(port)], {
    env: { ...process.env, PORT: String(port), NODE_NO_WARNINGS: '1' },
    stdio: 'ignore',
  })
  const exited = once(child, 'exit')
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    const isListening = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (isListening) break
    if (child.exitCode !== null) throw new Error(`${args(port).join(' ')} exited at once.`)
  }
  return {
    port,
    async stop() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

/** Starts all programs, and a hub in this process with them behind it. */
export async function startRemoteServers() {
  const hub = upstreamOptionsSchema.parse({})
  const programs = await Promise.all(
    Object.entries(remoteServers).map(async ([name, server]) => {
      const { port, stop } = await startProgram(server)
      const { transport, path } = server
      const url = `http://127.0.0.1:${port}${path}`
      return { stop, entry: { name, transport, url, headers: {}, hub } }
    }),
  )
  const servers = programs.map(({ entry }) =>
    createUpstreamServer(entry, { createTransport: () => createRemoteTransport(entry) }),
  )
  const dispatcher = createDispatcher({ servers: [toolsServer(), ...servers] })
  const manager = createSessionManager({ dispatcher, mounts: [mountMcp({ dispatcher })] })
  const client = await connectAnsweringClient((request) => manager.fetch(request))
  return {
    client,
    dispatcher,
    async close() {
      await client.close()
      await manager.close()
      await dispatcher.close()
      await Promise.all(programs.map(({ stop }) => stop()))
    },
  }
}
