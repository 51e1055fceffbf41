import * as api from '@mcp/sandbox'
import * as worker from '@mcp/sandbox/worker'
import { expect, it } from 'vitest'

it('exports its public API', () => {
  expect(Object.keys(api).toSorted()).toEqual(['createSandbox'])
})

it('exports the API of worker modules', () => {
  expect(Object.keys(worker).toSorted()).toEqual(['serveJobs', 'serveMethods'])
})

it('exports the API of long-lived workers', async () => {
  const names = Object.keys(await import('./long-lived.ts')).toSorted()
  expect(names).toEqual(['linkWorker', 'startProcess', 'startThread'])
})
