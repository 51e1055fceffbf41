import { createServer } from 'node:http'

/** The floor of a start: the least program that answers HTTP, on the port it is told. */
const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end('{}')
})

server.listen(Number(process.argv[2]), '127.0.0.1')
