import { expect, it } from 'vitest'

import * as surface from './index.ts'

it('exports what the README says, and no more', () => {
  expect(Object.keys(surface).toSorted()).toEqual(['rootsServer', 'workspaceRoot'])
})
