import type { internet } from '@mcp/contracts/internet'
import type { Handlers } from '@mcp/server'
import { expectTypeOf, it } from 'vitest'
import type * as z from 'zod'

import { internetServer } from './internet-server.ts'

type Operations = (typeof internet)['operations']

it('requires only a URL, and passes every default to handlers', () => {
  expectTypeOf<{ url: string }>().toExtend<z.input<Operations['fetch']['params']>>()
  expectTypeOf<z.output<Operations['fetch']['params']>['format']>().toEqualTypeOf<
    'markdown' | 'text' | 'html' | 'json' | 'bytes' | 'links'
  >()
  expectTypeOf<z.output<Operations['fetch']['params']>['length']>().toEqualTypeOf<number>()
})

it('rejects an unknown format', () => {
  // @ts-expect-error there is no format "pdf"
  const params: z.input<Operations['fetch']['params']> = { url: '', format: 'pdf' }
  return params
})

it('has a handler for each operation and no others', () => {
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

it('rejects an unknown option', () => {
  // @ts-expect-error the option is named `allowedHosts`
  internetServer({ allowHosts: ['intranet.example'] })
})
