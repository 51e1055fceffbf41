import { createServer } from 'node:http'

/** The minimal HTTP server that the start of the hub is compared with. It listens on the given port. */
const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end('{}')
})

server.listen(Number(process.argv[2]), '127.0.0.1')
