import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'

import { afterEach, expect, it, vi } from 'vitest'

const folder = fileURLToPath(new URL('..', import.meta.url))
const running: ChildProcess[] = []
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
})

/** A program that answers each request after `waitMs`, unless its `start` is another one. */
function sample(waitMs = 0, start = ''): string {
  return `
    import { listen, runApp, settings } from '@mcp/node'
    import * as z from 'zod'
    const answer = { status: 200, headers: {}, body: 'ok' }
    const later = () => {
      console.log('received')
      return new Promise((resolve) => setTimeout(resolve, ${waitMs}, answer))
    }
    const service = {
      fastRoute: () => (${waitMs} === 0 ? () => answer : later),
      fetch: async () => new Response('by fetch'),
      close: async () => console.log('service closed'),
    }
    const listenOn = async ({ CLIENT_PORT: port }) => {
      const { url, close } = await listen({ service, port, variable: 'CLIENT_PORT' })
      return { banner: ['at ' + url], close }
    }
    await runApp({
      name: 'sample',
      version: '1.2.3',
      description: 'Answers.',
      schema: z.object({ CLIENT_PORT: settings.CLIENT_PORT(), LOG_LEVEL: settings.LOG_LEVEL() }),
      start: ${start === '' ? 'listenOn' : start},
    })`
}

interface Run {
  readonly child: ChildProcess
  readonly text: () => string
  readonly exit: Promise<number | null>
}

function run(code: string, env: Record<string, string> = {}, args: readonly string[] = []): Run {
  const flags = [
    '--conditions=@mcp/source',
    '--input-type=module',
    '-e',
    code,
    '--',
    'sample.ts',
    ...args,
  ]
  const child = spawn(process.execPath, flags, {
    cwd: folder,
    env: { PATH: process.env['PATH'], CLIENT_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  running.push(child)
  let text = ''
  child.stdout?.on('data', (bytes) => (text += String(bytes)))
  child.stderr?.on('data', (bytes) => (text += String(bytes)))
  const exit = new Promise<number | null>((resolve) => child.on('close', resolve))
  return { child, exit, text: () => text }
}

async function startedUrl({ text }: Run): Promise<string> {
  return vi.waitFor(() => {
    const url = /at (http:\S+)/.exec(text())?.[1]
    if (url === undefined) throw new Error(`not up yet: ${text()}`)
    return url
  }, 10_000)
}

it('prints its description and its variables with --help', async () => {
  const help = run(sample(), {}, ['--help'])
  expect(await help.exit).toBe(0)
  expect(help.text()).toContain('Answers.')
  expect(help.text()).toMatch(/CLIENT_PORT +The port of the client.* Default: 8080\./)

  const version = run(sample(), {}, ['--version'])
  expect(await version.exit).toBe(0)
  expect(version.text()).toBe('1.2.3\n')
})

it('exits with a one-line message on an invalid argument or setting', async () => {
  const argument = run(sample(), {}, ['--prot'])
  const value = run(sample(), { CLIENT_PORT: 'abc' })
  const name = run(sample(), { CLEINT_PORT: '8081' })
  expect(await Promise.all([argument.exit, value.exit, name.exit])).toEqual([1, 1, 1])
  expect(argument.text()).toBe('sample: Unknown argument "--prot". Try --help.\n')
  expect(value.text()).toMatch(/^sample: .*CLIENT_PORT is "abc": must be a port, .*\n$/)
  expect(name.text()).toMatch(/^sample: .*Did you mean CLIENT_PORT\?\n$/)
})

it('reports which port is in use, and how to change it', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const address = other.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const { exit, text } = run(sample(), { CLIENT_PORT: String(port) })
  expect(await exit).toBe(1)
  expect(text()).toMatch(
    new RegExp(`^sample: Port ${port} is in use. Set CLIENT_PORT to another port.*\n$`),
  )
  other.close()
})

it('completes the requests in flight on SIGTERM, and exits with 0', async () => {
  const app = run(sample(1000))
  const url = await startedUrl(app)
  const texts = Array.from({ length: 100 }, () => fetch(url).then((response) => response.text()))
  await vi.waitFor(() => expect(app.text().match(/received/g)).toHaveLength(100))
  app.child.kill('SIGTERM')
  expect(await Promise.all(texts)).toEqual(Array.from({ length: 100 }, () => 'ok'))
  expect(await app.exit).toBe(0)
  expect(app.text()).toContain('service closed')
})

it('exits immediately on a second signal', async () => {
  const app = run(sample(60_000))
  const url = await startedUrl(app)
  const text = fetch(url).catch(() => 'aborted')
  app.child.kill('SIGINT')
  await vi.waitFor(() => expect(app.text()).toContain('Shutting down: SIGINT'))
  const again = setInterval(() => app.child.kill('SIGINT'), 100)
  expect(await app.exit).toBe(1)
  clearInterval(again)
  expect(await text).toBe('aborted')
})

it('exits when its supervisor exits', async () => {
  const app = run(sample())
  await startedUrl(app)
  const exit = new Promise((resolve) => app.child.on('exit', resolve))
  app.child.disconnect()
  expect(await exit).toBe(0)
})

it('exits with 1 on an uncaught exception at startup', async () => {
  const start = `async () => { setTimeout(() => { throw new Error('surprise') }); return new Promise(() => {}) }`
  const app = run(sample(0, start))
  expect(await app.exit).toBe(1)
  expect(app.text()).toMatch(/surprise.*"msg":"Uncaught exception"/)
})

/** A program whose requests wait for a driver's event; the event of "/throw" throws in a listener. */
const driver = `async () => {
  const { EventEmitter } = await import('node:events')
  const rows = new EventEmitter()
  let sent = 0
  const query = (path) => new Promise((resolve) => {
    const id = ++sent
    rows.once('row' + id, () => {
      if (path === '/throw') throw new Error('surprise')
      resolve({ status: 200, headers: {}, body: 'row' })
    })
    setTimeout(() => rows.emit('row' + id), 500)
    console.log('received')
  })
  const service = {
    fastRoute: (method, path) => {
      if (path === '/reject') Promise.reject(new Error('surprise'))
      if (path === '/reset') {
        setTimeout(() => new EventEmitter().emit('error', Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' })))
      }
      return () => query(path)
    },
    fetch: async () => new Response(),
    close: async () => {},
  }
  const { url, close } = await listen({ service, port: 0 })
  return { banner: ['at ' + url], close }
}`

it('responds to every request in flight after an uncaught exception, then exits with 1', async () => {
  const app = run(sample(0, driver))
  const url = await startedUrl(app)
  const paths = Array.from({ length: 20 }, (_, index) => (index === 7 ? '/throw' : '/'))
  const send = (path: string) => fetch(`${url}${path}`, { method: 'POST' })
  const statuses = paths.map((path) => send(path).then(({ status }) => status))
  expect(await Promise.all(statuses)).toEqual(paths.map((path) => (path === '/' ? 200 : 502)))
  expect(await app.exit).toBe(1)
  expect(app.text()).toMatch(/"incident":"[0-9a-f-]{36}".*surprise.*"msg":"Uncaught exception"/)
})

it.each([
  ['/reject', 'Unhandled rejection'],
  ['/reset', 'Unhandled failure of a connection'],
])('logs an error that interrupts no code, and continues: %s', async (path, message) => {
  const app = run(sample(0, driver))
  const url = await startedUrl(app)
  expect((await fetch(`${url}${path}`)).status).toBe(200)
  await vi.waitFor(() => expect(app.text()).toContain(message))
  expect((await fetch(url)).status).toBe(200)
  app.child.kill('SIGTERM')
  expect(await app.exit).toBe(0)
})

it('continues if the reader of its output exits', async () => {
  const app = run(sample(), { LOG_LEVEL: 'debug' })
  const url = await startedUrl(app)
  app.child.stdout?.destroy()
  app.child.stderr?.destroy()
  const exit = new Promise((resolve) => app.child.on('exit', resolve))
  for (let count = 0; count < 3; count++) expect((await fetch(url)).status).toBe(200)
  app.child.kill('SIGTERM')
  expect(await exit).toBe(0)
})

it('counts the output that is dropped', async () => {
  const app = run(sample(1))
  const url = await startedUrl(app)
  app.child.stdout?.destroy()
  for (let count = 0; count < 3; count++) expect((await fetch(url)).status).toBe(200)
  await vi.waitFor(() => expect(app.text()).toMatch(/EPIPE.*Standard output is closed/))
  app.child.kill('SIGTERM')
  expect(await app.exit).toBe(0)
  expect(app.text()).toMatch(/"writes":[34],"msg":"Output was dropped"/)
})

it('warns about unknown MCP_ variables', async () => {
  const app = run(sample(), { MCP_COLOUR: 'red' })
  await startedUrl(app)
  expect(app.text()).toContain('Unknown environment variable MCP_COLOUR: ignored')
})
