import { createSandbox } from '@mcp/sandbox'
import { expect, it } from 'vitest'

import { createLineMatcher } from './line-matcher.ts'

const sandbox = createSandbox({ worker: new URL('../worker.ts', import.meta.url) })

it.each([
  ['NEEDLE', 0],
  ['İİ needle', 3],
  ['😀İ Needle İ', 4],
])('returns the column in %s although it ignores case', async (line, column) => {
  const options = { pattern: 'Needle', regex: false, ignoreCase: true }
  const match = createLineMatcher(options, sandbox, {})
  expect(await match(`other\n${line}\n`, 10)).toEqual([{ line: 1, column }])
})
