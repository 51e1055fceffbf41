import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

import type { JSONRPCMessage } from '@modelcontextprotocol/client'
import { afterEach, expect, it, onTestFinished, vi } from 'vitest'

import { childEnvironment } from './child-environment.ts'
import type { StdioServer } from './server-process.ts'
import type { StdioTransport, StdioTransportOptions } from './stdio-transport.ts'
import { createStdioTransport } from './stdio-transport.ts'

const script = fileURLToPath(new URL('fixtures/stdio-program.ts', import.meta.url))
const hub = fileURLToPath(new URL('fixtures/killed-hub.ts', import.meta.url))
const hello: JSONRPCMessage = { jsonrpc: '2.0', method: 'hello' }

const opened: StdioTransport[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((transport) => transport.close()))
})

function open(
  args: readonly string[],
  server: Partial<StdioServer> = {},
  options?: StdioTransportOptions,
) {
  const transport = createStdioTransport(
    { name: 'files', command: process.execPath, args: [script, ...args], env: {}, ...server },
    options,
  )
  const received: unknown[] = []
  const errors: string[] = []
  const closed = vi.fn<() => void>()
  Object.assign(transport, {
    onmessage(message: JSONRPCMessage) {
      if ('params' in message) received.push(message.params?.['data'])
    },
    onerror: ({ message }: Error) => errors.push(message),
    onclose: closed,
  })
  opened.push(transport)
  return { transport, received, errors, closed }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

it('sends and receives messages', async () => {
  const { transport, received, errors } = open(['echo'])
  await transport.start()
  await transport.send(hello)
  await vi.waitFor(() => expect(received).toEqual([JSON.stringify(hello)]))
  expect(errors).toEqual([])
})

it('passes on few variables besides those that are configured', async () => {
  vi.stubEnv('SECRET_OF_THE_HUB', 'secret')
  const { transport, received } = open(['environment'], { env: { API_KEY: 'key-1234' } })
  await transport.start()
  await vi.waitFor(() => expect(received).toHaveLength(1))
  expect(received[0]).toMatchObject({ API_KEY: 'key-1234', PATH: process.env['PATH'] })
  expect(received[0]).not.toHaveProperty('SECRET_OF_THE_HUB')
  expect(childEnvironment({}, { HOME: '() { :; }', PATH: '/bin' })).toEqual({ PATH: '/bin' })
})

it('skips lines that are not messages, and reports them', async () => {
  const { transport, received, errors } = open(['garbage'])
  await transport.start()
  await vi.waitFor(() => expect(received).toEqual(['after']))
  expect(errors).toEqual([
    expect.stringContaining('"files" wrote a line to its standard output that is not a message'),
    expect.stringContaining('valid'),
  ])
})

it('reads 1 MB of stderr and keeps the last lines', async () => {
  const { transport, received } = open(['stderr', '1000'])
  await transport.start()
  await vi.waitFor(() => expect(received).toEqual(['after']))
  await vi.waitFor(() => expect(transport.lastErrorLines().at(-1)).toMatch(/^line 999 /))
  expect(transport.lastErrorLines()).toHaveLength(20)
})

it('reports the end of the process with its last output and without configured values', async () => {
  const { transport, errors, closed } = open(['exit'], { env: { API_KEY: 'key-1234' } })
  await transport.start()
  await vi.waitFor(() => expect(closed).toHaveBeenCalledOnce())
  expect(errors).toEqual([
    'The process of "files" exited with code 3. Its last output: missing API key ***',
  ])
  expect(transport.closeReason()).toBe('exited with code 3')
  await expect(transport.send(hello)).rejects.toThrow('The process of "files" is not running.')
})

it.each([
  [{ command: '/missing/command' }, 'Cannot start "files": the command "/missing/command" was not'],
  [{ command: script }, 'is not executable.'],
  [{ cwd: '/missing/folder' }, 'its working folder "/missing/folder" does not exist.'],
])('reports a process that cannot be started: %o', async (server, message) => {
  const { transport } = open([], server)
  await expect(transport.start()).rejects.toThrow(message)
  await transport.close()
})

it('ends a process that sends a line of 11 MB', async () => {
  const { transport, errors, closed } = open(['long', String(11 * 1024 * 1024)])
  await transport.start()
  await vi.waitFor(() => expect(closed).toHaveBeenCalledOnce(), 5000)
  expect(errors).toEqual([
    '"files" sent a message of more than 10485760 bytes. Its process was ended.',
  ])
  const { pid = 0 } = transport
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), 5000)
})

it('ends the process that a wrapper has started, although it ignores SIGTERM', async () => {
  const limits = { afterInputMs: 50, afterSigtermMs: 50 }
  const { transport, received } = open(['wrapper', 'stubborn'], {}, limits)
  await transport.start()
  await vi.waitFor(() => expect(received).toHaveLength(1), 5000)
  const server = Number(received[0])
  expect([server, transport.pid ?? 0].map(isAlive)).toEqual([true, true])
  await transport.close()
  expect([server, transport.pid ?? 0].map(isAlive)).toEqual([false, false])
})

it('leaves no process 5 seconds after a SIGKILL of the hub', async () => {
  const child = spawn(process.execPath, ['--conditions=@mcp/source', hub], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const pids: number[] = []
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { group, params } = JSON.parse(line)
    pids.push(Number(group ?? params.data))
  })
  // The wrapper, the server that it has started, and two servers, one of which reports its id, too.
  await vi.waitFor(() => expect(pids).toHaveLength(5), 15_000)
  expect(pids.every(isAlive)).toBe(true)
  child.kill('SIGKILL')
  await vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]), 5000)
}, 30_000)
