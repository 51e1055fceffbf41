import type { Handlers } from '@mcp/server'
import type { resources } from '@mcp/contracts/resources'
import { expectTypeOf, it } from 'vitest'

import { memoryResources, resourcesServer } from './index.ts'
import type { ResourceProvider } from './index.ts'

it('takes providers of one’s own, with nothing but what every provider must have', () => {
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

it('does not take half a provider', () => {
  // @ts-expect-error it cannot be read
  const provider: ResourceProvider = { label: 'mine', prefixes: [], canonicalize: String }
  resourcesServer({ providers: [provider] })
})

it('gives handlers what the contract promises', () => {
  type Read = Handlers<typeof resources>['read']
  expectTypeOf<Parameters<Read>[0]['maxBytes']>().toEqualTypeOf<number>()
  expectTypeOf<Parameters<Read>[0]['encoding']>().toEqualTypeOf<'auto' | 'utf-8' | 'base64'>()
  expectTypeOf<Awaited<ReturnType<Read>>['text']>().toEqualTypeOf<string | undefined>()
})
