import { createResponse } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { readAttachments } from './attachments.ts'

const { signal } = new AbortController()

it.each([
  ['a resource', { resource: 'file:///a.md' }, 'file:///a.md'],
  ['a file', { root: 'w', path: 'a.md' }, 'w/a.md'],
  ['a prompt', { prompt: 'review', arguments: {} }, 'review'],
])('keeps the mark of %s that contains text from outside', async (_, attachment, name) => {
  const read = (untrusted: boolean) =>
    readAttachments(
      {
        id: 'ses-1',
        request: async () =>
          createResponse(
            'r',
            'success',
            { result: { text: 'Hello' } },
            {
              source: 'test',
              metadata: untrusted ? { untrusted } : {},
            },
          ),
      },
      [attachment],
      signal,
    )
  expect((await read(true)).attachments).toMatchObject([{ name, untrusted: true }])
  expect((await read(false)).attachments?.[0]).not.toHaveProperty('untrusted')
})
