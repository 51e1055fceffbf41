import { expect, it } from 'vitest'

import * as api from './index.ts'
import * as node from './node.ts'

it('exports exactly these values', () => {
  expect(Object.keys(api).toSorted()).toEqual([
    'createMemoryCatalogueStore',
    'createRemoteTransport',
    'createUpstreamLogin',
    'createUpstreamServer',
    'mountLogins',
    'parseConfig',
    'upstreamOptionsSchema',
  ])
  expect(Object.keys(node).toSorted()).toEqual([
    'configFiles',
    'createFileCatalogueStore',
    'createStdioTransport',
    'createUpstreamService',
    'readUpstreamDocuments',
    'sharedServersName',
    'watchConfig',
  ])
})
