import { createRequest } from '@mcp/protocol'
import type { CapabilityServer } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { createDispatcher } from './dispatcher.ts'
import { createSampleServer, describeSample } from './fixtures/sample-server.ts'

const type = 'tool-execution'
const everything = [{ type, targetKey: 'tool', targets: ['everything'] }]

function undescribed(routes = everything, name = 'everything'): CapabilityServer {
  return {
    ...createSampleServer({ name, routes }),
    staticRoutes: routes,
    describe: () => new Promise(() => {}),
  }
}

it('routes requests to a server with static routes before it has described itself', async () => {
  const dispatcher = createDispatcher({ servers: [createSampleServer(), undescribed()] })
  const response = await dispatcher.dispatch(createRequest(type, { tool: 'everything' }))
  expect(response).toMatchObject({ data: { by: 'everything' } })
  expect(dispatcher.descriptions().map(({ routes }) => routes)).toContainEqual(everything)
  await dispatcher.close()
})

it('rejects an unknown type at once while such a server describes itself', async () => {
  const dispatcher = createDispatcher({ servers: [undescribed()] })
  const response = await dispatcher.dispatch(createRequest('unknown', {}))
  expect(response).toMatchObject({ status: 'error', error: { code: 'unknown-type' } })
  await dispatcher.close()
})

const calculator = describeSample('add', {}, 'calculator')

it('refuses a server that claims the target of an operation of another server', async () => {
  const tools = createSampleServer({ operations: [calculator] })
  const routes = [{ type, targetKey: 'tool', targets: ['calculator'] }]
  const dispatcher = createDispatcher({ servers: [tools] })

  const conflict = { code: 'conflict', details: { reason: 'route-taken' } }
  await expect(dispatcher.add(undescribed(routes, 'calculator'))).rejects.toMatchObject(conflict)
  const described = createSampleServer({ name: 'calculator', routes })
  await expect(dispatcher.add(described)).rejects.toMatchObject(conflict)

  const response = await dispatcher.dispatch(createRequest(type, { tool: 'calculator' }))
  expect(response).toMatchObject({ data: { by: 'tools' } })
  await dispatcher.close()
})
