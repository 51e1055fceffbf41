import { expect, it } from 'vitest'

import { conversationAndRunCalls } from './openapi-calls.ts'

it.each(conversationAndRunCalls.filter(({ body }) => body !== undefined))(
  'has a valid example for $id',
  ({ body, example }) => {
    expect(body?.safeParse(example)).toMatchObject({ success: true })
  },
)
