import { expect, it } from 'vitest'
import * as z from 'zod'

import * as entry from './settings.ts'

it('exports the public API', () => {
  expect(Object.keys(entry).toSorted()).toMatchInlineSnapshot(`
    [
      "promptsSettings",
    ]
  `)
})

it('has a default for every variable', () => {
  const schema = z.object(entry.promptsSettings())
  expect(schema.parse({})).toEqual({ PROMPTS_STARTER: true, PROMPTS_WATCH: true })
  expect(schema.safeParse({ PROMPTS_WATCH: 'maybe' }).error?.issues[0]?.path).toEqual([
    'PROMPTS_WATCH',
  ])
})
