import type { Socket } from 'node:net'
import { connect } from 'node:net'

export interface LoadOptions {
  readonly port: number
  readonly path: string
  /** Headers besides `content-type`. */
  readonly headers?: Readonly<Record<string, string>>
  readonly connections: number
  /** Duration of the load, in milliseconds. */
  readonly forMs: number
  readonly body: LoadBody | RpcBody
  /** Text that every response must contain, and its status. */
  readonly expected: string
  readonly status?: number
  /**
   * Whether the load polls without sleeping. If it sleeps, a slightly slower server has the additional cost
   * of waking the load for each response. Use `spins` only if the load and one server are the only two
   * processes, on two cores.
   */
  readonly spins: boolean
}

/** An envelope without id and timestamp. Each request has an id of its own. */
export interface LoadBody {
  readonly type: string
  readonly payload?: unknown
  readonly data?: unknown
}

/** A JSON-RPC request without its id. */
export interface RpcBody {
  readonly jsonrpc: '2.0'
  readonly method: string
  readonly params: Readonly<Record<string, unknown>>
}

/** A read-only request. */
export const addition: LoadBody = {
  type: 'tool-execution',
  payload: { tool: 'calculator', operation: 'add', params: { a: 2, b: 3 } },
}

const idWidth = 12

/**
 * Sends one request at a time on each connection and counts the responses. It writes prepared bytes and
 * only searches for the expected text, so that the server is the bottleneck and not the load.
 *
 * @throws Error if a response lacks the expected text or has another status than the expected one.
 */
export async function applyLoad(options: LoadOptions): Promise<{ requestsPerSecond: number }> {
  const started = performance.now()
  const until = started + options.forMs
  const spin = (): void => {
    if (performance.now() < until) setImmediate(spin)
  }
  if (options.spins) spin()
  const counts = await Promise.all(
    Array.from({ length: options.connections }, (_, index) => keepAsking(options, index, until)),
  )
  const total = counts.reduce((sum, count) => sum + count, 0)
  return { requestsPerSecond: (total * 1000) / (performance.now() - started) }
}

function keepAsking(options: LoadOptions, index: number, until: number): Promise<number> {
  const { port, expected, status = 200 } = options
  const template = requestBytes(options, index)
  const idAt = template.indexOf('"req-') + '"req-'.length
  const marker = Buffer.from(expected)

  return new Promise((resolve, reject) => {
    const socket: Socket = connect(port, '127.0.0.1')
    socket.setNoDelay(true)
    let responses = 0
    let waiting = Buffer.alloc(0)

    const ask = (): void => {
      const count = String(index * 10_000_000 + responses).padStart(idWidth, '0')
      template.write(count, idAt, 'latin1')
      socket.write(template)
    }
    socket.on('connect', ask)
    socket.on('error', reject)
    socket.on('close', () => {
      if (performance.now() >= until) resolve(responses)
      else reject(new Error(`the server closed the connection after ${responses} responses`))
    })
    socket.on('data', (chunk) => {
      waiting = waiting.length === 0 ? chunk : Buffer.concat([waiting, chunk])
      if (!isWhole(waiting)) return
      if (!waiting.includes(marker) || waiting.toString('latin1', 9, 12) !== String(status)) {
        socket.destroy()
        reject(new Error(`expected ${expected}, got:\n${waiting.toString()}`))
        return
      }
      waiting = Buffer.alloc(0)
      responses++
      if (performance.now() < until) ask()
      else socket.end()
    })
  })
}

let run = 0

function requestBytes(options: LoadOptions, index: number): Buffer {
  const { path, port, headers = {}, body: content } = options
  // Each load has its own ids, because the response to a repeated id is the recorded one.
  const id = `req-${'0'.repeat(idWidth)}-${index}-${run++}-${process.pid}`
  const body = JSON.stringify('jsonrpc' in content ? { id, ...content } : envelope(id, content))
  const further = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\n` +
      `${further.join('')}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}

function envelope(id: string, content: LoadBody) {
  return {
    id,
    timestamp: new Date().toISOString(),
    ...content,
    // Pads the body to 500 bytes, the size of a typical request.
    metadata: { version: '1.0', source: 'benchmark', note: 'x'.repeat(260) },
  }
}

const lastChunk = Buffer.from('\r\n0\r\n\r\n')

function isWhole(bytes: Buffer): boolean {
  const end = bytes.indexOf('\r\n\r\n')
  if (end === -1) return false
  const length = /content-length: (\d+)/i.exec(bytes.toString('latin1', 0, end))
  // A chunked body, such as an event stream, ends with an empty chunk.
  if (length === null) return bytes.subarray(-lastChunk.length).equals(lastChunk)
  return bytes.length >= end + 4 + Number(length[1])
}
