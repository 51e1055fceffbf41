import { createDispatcher, createDispatchService } from '@mcp/dispatcher'
import { createNodeHandler } from '@mcp/node'
import { toolsServer } from '@mcp/server-tools'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { afterAll, it } from 'vitest'

import { expectDispatcher } from './calls.ts'
import { asService, listenOnLoopback } from './listening.ts'

const dispatcher = createDispatcher({ servers: [toolsServer()] })
const service = createDispatchService(dispatcher)
afterAll(async () => {
  await service.close()
  await dispatcher.close()
})

it('a dispatcher answers inside Express 5', async () => {
  const app = express()
  app.post('/ask', createNodeHandler(service))
  await using server = await listenOnLoopback(app)
  await expectDispatcher(`${server.url}/ask`)
})

it('a dispatcher answers inside Express 5 where express.json() has read the body', async () => {
  const app = express()
  app.use(express.json())
  app.post('/ask', createNodeHandler(service))
  await using server = await listenOnLoopback(app)
  await expectDispatcher(`${server.url}/ask`)
})

it('a dispatcher answers inside Fastify 5, which has read the body', async () => {
  const app = fastify()
  const handle = createNodeHandler(service)
  app.post('/ask', (request, reply) => {
    reply.hijack()
    handle(Object.assign(request.raw, { body: request.body }), reply.raw)
  })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  await expectDispatcher(`${url}/ask`)
  await app.close()
})

it('a dispatcher answers inside Hono', async () => {
  const app = new Hono()
  app.post('/ask', ({ req }) => service.fetch(req.raw))
  await using server = await listenOnLoopback(createNodeHandler(asService(app)))
  await expectDispatcher(`${server.url}/ask`)
})
