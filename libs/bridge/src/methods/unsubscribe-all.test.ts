import { resources } from '@mcp/contracts/resources'
import type { SuccessResponse } from '@mcp/protocol'
import { createResponse, describeContract, McpError } from '@mcp/protocol'
import { expect, it } from 'vitest'

import type { OperationRunner } from '../calls/run-operation.ts'
import { createCatalogueCache } from '../catalogue/catalogue.ts'
import { describeForeignOperation, describeForeignServer } from '../fixtures/foreign-server.ts'
import { unsubscribeAll } from './resources.ts'

it('ends the subscriptions at the other servers although one server fails', async () => {
  const foreign = ['notes', 'files'].map((name) => {
    const of = (method: string) =>
      describeForeignOperation(method, { method, target: `${name}+`, type: 'resource-access' })
    return describeForeignServer(name, [of('resources/list'), of('resources/unsubscribe')])
  })
  const servers = [describeContract(resources, 'resources'), ...foreign]
  const view = createCatalogueCache({})(servers).view('all')
  if (view === undefined) throw new Error('The view is missing.')
  const targets: unknown[] = []
  const runner: OperationRunner = {
    async run(_caller, _call, { target }): Promise<SuccessResponse> {
      targets.push(target)
      if (target !== 'files+') throw new McpError('unavailable', `${String(target)} is missing.`)
      return createResponse('r', 'success', { result: {} }, { source: 'test' })
    },
  }
  const caller = {
    sessionId: 's',
    principal: undefined,
    address: undefined,
    client: { capabilities: {} },
    servers,
    view,
    isLegacy: false,
  }
  const { signal } = new AbortController()
  const ask = () => Promise.reject(new Error('unexpected'))
  await expect(
    unsubscribeAll(runner, caller, { signal, meta: {}, notify() {}, ask }),
  ).rejects.toThrow('undefined is missing.')
  expect(targets).toEqual([undefined, 'notes+', 'files+'])
})
