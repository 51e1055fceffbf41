import { createServer } from 'node:http'

import { listenOnLoopback, serveSide } from './serve-side.ts'

/**
 * The minimal server that `tools/call` is compared with. It reads a JSON-RPC request, checks it, adds two
 * numbers, and writes the result as an MCP server does.
 */
const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const { jsonrpc, id, method, params } = JSON.parse(Buffer.concat(chunks).toString())
    const isCall = jsonrpc === '2.0' && method === 'tools/call' && typeof id === 'string'
    const { a, b } = params?.name === 'calculator_add' ? (params.arguments ?? {}) : {}
    const result = typeof a === 'number' && typeof b === 'number' ? a + b : undefined
    const isValid = isCall && result !== undefined
    const body = JSON.stringify({
      jsonrpc: '2.0',
      id,
      ...(isValid
        ? {
            result: {
              content: [{ type: 'text', text: `${result}` }],
              structuredContent: { result },
            },
          }
        : { error: { code: -32_602, message: 'Invalid params' } }),
    })
    response.writeHead(isValid ? 200 : 400, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    })
    response.end(body)
  })
})

serveSide(await listenOnLoopback(server))
