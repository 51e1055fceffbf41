import { expect, it } from 'vitest'

import * as server from './index.ts'

it('exports only the public API', () => {
  expect(Object.keys(server).toSorted()).toEqual([
    'checkMatch',
    'createErrorReporter',
    'createServer',
    'createSessionState',
    'defineServer',
    'defineTool',
    'invalidParam',
    'notFound',
    'pageItems',
    'readResult',
    'toolOperation',
  ])
})
