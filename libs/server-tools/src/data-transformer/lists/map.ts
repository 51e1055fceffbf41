import { isRecord } from '@mcp/protocol'
import * as z from 'zod'

import { sandboxedOperation, smallProduct } from '../../sandbox/sandboxed-operation.ts'
import { parsePath, pathParam, readAt } from '../paths/data-path.ts'
import { listParam } from './list-param.ts'

export const map = sandboxedOperation({
  title: 'Map',
  description: 'Makes an object of each item of a list: new names for values found at paths.',
  params: () =>
    z.object({
      data: listParam(),
      fields: z
        .record(z.string(), pathParam('Where the value is.'))
        .describe('The new names, each with the path to its value.'),
      keep: z.boolean().default(false).describe('Whether what the item has is kept beside them.'),
    }),
  result: () => z.array(z.record(z.string(), z.unknown())),
  hints: { readOnly: true },
  examples: [
    {
      title: 'Map [{"user": {"name": "Ann"}}] to name from user.name',
      params: { data: [{ user: { name: 'Ann' } }], fields: { name: 'user.name' } },
      result: [{ name: 'Ann' }],
    },
  ],
  inPlaceUpTo: smallProduct,
  work({ data, fields, keep }) {
    const paths = Object.entries(fields).map(
      ([name, path]) => [name, parsePath(path, ['fields', name])] as const,
    )
    return data.map((item) => {
      const own = keep && isRecord(item) ? Object.entries(item) : []
      const made = paths.map(([name, path]) => [name, readAt(item, path) ?? null] as const)
      return Object.fromEntries([...own, ...made])
    })
  },
})
