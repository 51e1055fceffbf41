import type { prompts } from '@mcp/contracts/prompts'
import { expectTypeOf, it } from 'vitest'
import type * as z from 'zod'

import { createMemoryPromptStore, promptsServer } from './index.ts'

type Operations = (typeof prompts)['operations']

it('types params and results for clients', () => {
  expectTypeOf<z.input<Operations['removeLabel']['params']>>().toEqualTypeOf<{
    prompt: string
    label: string
  }>()
  expectTypeOf<
    z.output<Operations['render']['result']>['resolvedVersion']
  >().toEqualTypeOf<number>()
})

it('accepts any store', () => {
  promptsServer({ store: createMemoryPromptStore() })
  promptsServer({
    store: {
      list: async () => [],
      find: async () => undefined,
      read: async () => undefined,
      add: async () => true,
      setLabel: async () => {},
      setDeleted: async () => {},
    },
  })
  // @ts-expect-error list is missing
  promptsServer({ store: { find: () => undefined } })
  // @ts-expect-error unknown option
  promptsServer({ folder: 'prompts' })
})
