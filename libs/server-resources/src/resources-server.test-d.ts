import type { Handlers } from '@mcp/server'
import type { resources } from '@mcp/contracts/resources'
import { expectTypeOf, it } from 'vitest'

import { memoryResources, resourcesServer } from './index.ts'
import type { ResourceProvider } from './index.ts'

it('accepts a provider with only the required members', () => {
  const provider: ResourceProvider = {
    label: 'mine',
    prefixes: ['mine:///'],
    canonicalize: (uri) => uri,
    async *list() {},
    stat: () => undefined,
    open: () => undefined,
  }
  resourcesServer({ providers: [provider, memoryResources()] })
})

it('rejects an incomplete provider', () => {
  // @ts-expect-error open is missing
  const provider: ResourceProvider = { label: 'mine', prefixes: [], canonicalize: String }
  resourcesServer({ providers: [provider] })
})

it('passes handlers the types of the contract', () => {
  type Read = Handlers<typeof resources>['read']
  expectTypeOf<Parameters<Read>[0]['maxBytes']>().toEqualTypeOf<number>()
  expectTypeOf<Parameters<Read>[0]['encoding']>().toEqualTypeOf<'auto' | 'utf-8' | 'base64'>()
  expectTypeOf<Awaited<ReturnType<Read>>['text']>().toEqualTypeOf<string | undefined>()
})
