import * as api from '@mcp/sandbox'
import * as worker from '@mcp/sandbox/worker'
import { expect, it } from 'vitest'

it('exports its public API', () => {
  expect(Object.keys(api).toSorted()).toEqual(['createSandbox'])
})

it('exports the API of worker modules', () => {
  expect(Object.keys(worker).toSorted()).toEqual(['serveJobs'])
})
