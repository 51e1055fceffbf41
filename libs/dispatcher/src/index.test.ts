import { expect, it } from 'vitest'

import * as api from './index.ts'
import * as node from './node.ts'

it('exports its public API', () => {
  expect(Object.keys(api).toSorted()).toEqual([
    'createDispatchService',
    'createDispatcher',
    'remoteServer',
    'transportFaultResponse',
  ])
})

it('exports the public API of ./node', () => {
  expect(Object.keys(node).toSorted()).toEqual(['remoteServer'])
})
