import { expect, it } from 'vitest'

import * as door from './index.ts'

it('exports these functions and no others', () => {
  expect(Object.keys(door).toSorted()).toEqual([
    'createLlm',
    'createOfflinePlanner',
    'createOpenAiCompatibleProvider',
    'plannerLabel',
    'runAgent',
    'toolName',
  ])
})
