import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'

import type { ResponseEnvelope } from '@mcp/protocol'
import { createRequest } from '@mcp/protocol'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { createDispatcher } from '../dispatcher.ts'
import { remoteServer as nodeRemoteServer } from './node-remote-server.ts'
import { remoteServer as portableRemoteServer } from './remote-server.ts'
import { createSampleServer } from '../fixtures/sample-server.ts'

const description = JSON.stringify(createSampleServer().describe())
const program = `
const server = require('node:http').createServer(async (request, response) => {
  if (request.url === '/capabilities') return response.end(${JSON.stringify(description)})
  if (request.url === '/notifications') {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    return response.write('event: stream-open\\nid: ' + process.pid + ':0\\ndata: {}\\n\\n')
  }
  let body = ''
  for await (const chunk of request) body += chunk
  const { id, payload } = JSON.parse(body)
  if (payload.operation === 'hang') return console.log('hanging')
  const metadata = { version: '1.0', source: 'child' }
  const timestamp = new Date().toISOString()
  response.end(JSON.stringify({ id, timestamp, status: 'success', data: { pid: process.pid }, metadata }))
})
server.listen(Number(process.argv[1]), '127.0.0.1', () => console.log(String(server.address().port)))
`

const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

async function start(port = 0) {
  const child = spawn(process.execPath, ['-e', program, String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  const [line] = await once(child.stdout, 'data')
  return { child, port: Number(String(line)) }
}

const call = (operation = 'run') => createRequest('tool-execution', { tool: 'x', operation })
const codeOf = (response: ResponseEnvelope) =>
  response.status === 'error' ? response.error.code : 'ok'

describe.each([
  ['fetch', portableRemoteServer],
  ['undici', nodeRemoteServer],
])('a server that is killed, over %s', (_name, remoteServer) => {
  it('is reported within a second, and serves the first request after its restart', async () => {
    const { child, port } = await start()
    const url = `http://127.0.0.1:${port}`
    const dispatcher = createDispatcher({ servers: [remoteServer({ name: 'tools', url })] })
    const received: string[] = []
    dispatcher.subscribe(({ type }) => received.push(type))
    expect(codeOf(await dispatcher.dispatch(call()))).toBe('ok')
    const hanging = dispatcher.dispatch(call('hang'))
    await once(child.stdout, 'data')

    const killedAt = performance.now()
    child.kill('SIGKILL')
    expect(await hanging).toMatchObject({ error: { details: { reason: 'outcome-unknown' } } })
    const responses = await Promise.all(
      Array.from({ length: 20 }, async () => dispatcher.dispatch(call())),
    )
    expect(performance.now() - killedAt).toBeLessThan(1000)
    for (const response of responses) {
      expect(['unavailable', 'upstream-error']).toContain(codeOf(response))
    }
    expect(codeOf(await dispatcher.dispatch(call()))).toBe('unavailable')

    await start(port)
    expect(codeOf(await dispatcher.dispatch(call()))).toBe('ok')
    await vi.waitFor(() => expect(received).toContain('server-restarted'), { timeout: 5000 })
    await dispatcher.close()
  })
})
