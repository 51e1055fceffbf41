import { createServer } from 'node:http'

/** The floor of a start: the smallest HTTP server, on the given port. */
const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end('{}')
})

server.listen(Number(process.argv[2]), '127.0.0.1')
