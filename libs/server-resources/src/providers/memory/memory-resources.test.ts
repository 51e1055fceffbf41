import { describe, expect, it } from 'vitest'

import { collectText } from '../../fixtures/collect-text.ts'
import { contractResources, itIsAResourceProvider } from '../resource-provider.contract.ts'
import { memoryResources } from './memory-resources.ts'

const { signal } = new AbortController()

describe('memory', () => {
  itIsAResourceProvider(async () => ({
    provider: memoryResources({
      resources: Object.entries(contractResources).map(([path, content]) => ({ path, content })),
    }),
    base: 'memory:///',
  }))
})

it('generates the resources of a template when they are read', async () => {
  const provider = memoryResources({
    templates: [
      {
        uriTemplate: 'memory:///square/{n}{?unit}',
        name: 'square',
        read: ({ n, unit }) =>
          Number.isNaN(Number(n)) ? undefined : JSON.stringify([Number(n) ** 2, unit]),
      },
    ],
  })
  const text = async (uri: string) => {
    const opened = await provider.open(provider.canonicalize(uri), { start: 0, signal })
    return collectText(opened?.body)
  }
  expect(await text('memory:///square/12')).toBe('[144,null]')
  expect(await text('memory:///square/3?unit=m%C2%B2')).toBe('[9,"m²"]')
  expect(await text('memory:///square/x')).toBeUndefined()
  expect(await text('memory:///circle/12')).toBeUndefined()
})

it('enforces its limits, and reuses the space of removed resources', async () => {
  const provider = memoryResources({ maxBytes: 10, maxResources: 2 })
  const create = (uri: string, length: number) =>
    provider.write?.(uri, { bytes: new Uint8Array(length), mode: 'create', signal })
  await create('memory:///a', 6)
  await expect(create('memory:///b', 5)).rejects.toMatchObject({ code: 'payload-too-large' })
  await create('memory:///b', 4)
  await expect(create('memory:///c', 0)).rejects.toMatchObject({ code: 'payload-too-large' })
  await provider.remove?.('memory:///a', { signal })
  await create('memory:///c', 6)
})

it('has no write function if it is not writable', () => {
  expect(memoryResources({ writable: false })).not.toHaveProperty('write')
})

it.each(['memory:///', 'memory:///%zz', 'memory:///a%FF'])('rejects the URI %j', (uri) => {
  expect(() => memoryResources().canonicalize(uri)).toThrow(uri)
})

it.each(['memory', 'memory:///a', 'Memory:///'])('rejects the prefix %j', (prefix) => {
  expect(() => memoryResources({ prefix })).toThrow('Invalid prefix')
})

it.each([
  ['bytes', { maxBytes: 5 }],
  ['resources', { maxResources: 1 }],
])('checks its initial resources against the maximum number of %s', (_what, limits) => {
  const resources = [
    { path: 'a', content: 'äb' },
    { path: 'b', content: new Uint8Array(3) },
  ]
  expect(() => memoryResources({ resources, ...limits })).toThrow('The limits are')
  expect(() => memoryResources({ resources, maxBytes: 6, maxResources: 2 })).not.toThrow()
})
