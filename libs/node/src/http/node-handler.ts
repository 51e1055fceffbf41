import type { IncomingMessage, ServerResponse } from 'node:http'

/** A request listener of `node:http`, Express or Fastify. */
export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => void
