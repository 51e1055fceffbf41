import type { roots } from '@mcp/contracts/roots'
import { expectTypeOf, it } from 'vitest'
import type * as z from 'zod'

import type { RootDefinition } from './index.ts'
import { rootsServer, workspaceRoot } from './index.ts'

type Operations = (typeof roots)['operations']

it('types params and results for clients', () => {
  expectTypeOf<z.input<Operations['readFile']['params']>>().toExtend<{
    root: string
    path: string
  }>()
  expectTypeOf<z.output<Operations['readFile']['result']>['etag']>().toEqualTypeOf<
    string | undefined
  >()
  expectTypeOf<z.output<Operations['editFile']['result']>['diff']>().toEqualTypeOf<string>()
  expectTypeOf<z.output<Operations['delete']['result']>>().toEqualTypeOf<{
    deleted: number
    trashPath?: string | undefined
  }>()
})

it('accepts only valid root definitions', () => {
  expectTypeOf(workspaceRoot('/srv')).toEqualTypeOf<RootDefinition>()
  rootsServer({ roots: [{ name: 'docs', path: '/srv/docs', permissions: ['read'] }] })
  // @ts-expect-error there is no such permission
  rootsServer({ roots: [{ name: 'docs', path: '/srv/docs', permissions: ['execute'] }] })
  // @ts-expect-error a root has a name
  rootsServer({ roots: [{ path: '/srv/docs' }] })
  // @ts-expect-error a misspelt option
  rootsServer({ roots: [{ name: 'docs', path: '/srv/docs', excluded: ['.git'] }] })
})
