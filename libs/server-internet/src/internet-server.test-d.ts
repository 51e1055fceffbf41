import type { internet } from '@mcp/contracts/internet'
import type { Handlers } from '@mcp/server'
import { expectTypeOf, it } from 'vitest'
import type * as z from 'zod'

import { internetServer } from './internet-server.ts'

type Operations = (typeof internet)['operations']

it('asks callers for an address alone, and gives handlers every default', () => {
  expectTypeOf<{ url: string }>().toExtend<z.input<Operations['fetch']['params']>>()
  expectTypeOf<z.output<Operations['fetch']['params']>['format']>().toEqualTypeOf<
    'markdown' | 'text' | 'html' | 'json' | 'bytes' | 'links'
  >()
  expectTypeOf<z.output<Operations['fetch']['params']>['length']>().toEqualTypeOf<number>()
})

it('takes no format that there is not', () => {
  // @ts-expect-error there is no format "pdf"
  const params: z.input<Operations['fetch']['params']> = { url: '', format: 'pdf' }
  return params
})

it('has a handler for each operation and no other', () => {
  expectTypeOf<keyof Handlers<typeof internet>>().toEqualTypeOf<
    | 'fetch'
    | 'fetchMany'
    | 'head'
    | 'extract'
    | 'links'
    | 'search'
    | 'checkRobots'
    | 'sitemap'
    | 'cacheStats'
    | 'clearCache'
  >()
})

it('takes no option that there is not', () => {
  // @ts-expect-error hosts are opened by `allowedHosts`
  internetServer({ allowHosts: ['intranet.example'] })
})
