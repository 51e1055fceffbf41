import { isRecord } from '@mcp/protocol'
import * as z from 'zod'

import { dataObject } from '../objects/data-object.ts'
import { sandboxedOperation, productInlineLimit } from '../../sandbox/sandboxed-operation.ts'
import { parsePath, pathParam, readAt } from '../paths/data-path.ts'
import { listParam } from './list-param.ts'

export const map = sandboxedOperation({
  title: 'Map',
  description:
    'Creates an object from each item of a list. Each field of the object has the value at a path of the item.',
  params: () =>
    z.object({
      data: listParam(),
      fields: z
        .record(z.string(), pathParam('The path of the value in the item.'))
        .describe('The new field names, each with the path of its value.'),
      keep: z
        .boolean()
        .default(false)
        .describe('Whether to keep the existing fields of the item as well.'),
    }),
  result: () => z.array(dataObject()),
  hints: { readOnly: true },
  examples: [
    {
      title: 'Map [{"user": {"name": "Ann"}}] to name from user.name',
      params: { data: [{ user: { name: 'Ann' } }], fields: { name: 'user.name' } },
      result: [{ name: 'Ann' }],
    },
  ],
  inlineLimit: productInlineLimit,
  work({ data, fields, keep }) {
    const paths = Object.entries(fields).map(
      ([name, path]) => [name, parsePath(path, ['fields', name])] as const,
    )
    return data.map((item) => {
      const own = keep && isRecord(item) ? Object.entries(item) : []
      const mapped = paths.map(([name, path]) => [name, readAt(item, path) ?? null] as const)
      return Object.fromEntries([...own, ...mapped])
    })
  },
})
