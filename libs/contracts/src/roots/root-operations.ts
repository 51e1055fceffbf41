import * as z from 'zod'

import { operation } from '@mcp/protocol'
import { listParams, listResult } from '../list-shape.ts'
import { permission, rootParam } from './file-shapes.ts'

const globs = (what: string) =>
  z.array(z.string().min(1).max(256)).max(64).optional().describe(what)

const quota = () =>
  z
    .int()
    .min(0)
    .optional()
    .describe('Maximum total size, in bytes. Default: the limit of the operator.')

const narrowing = () => ({
  include: globs('Only files that match one of these globs, such as "**/*.md".'),
  exclude: globs('Excludes files that match one of these globs, such as "private/**".'),
  quotaBytes: quota(),
})

const rootSummary = () =>
  z.object({
    name: z.string(),
    /**
     * URI with the name of the operator's root and the path in it, such as `root://workspace/notes`. It
     * does not reveal a path of the machine.
     */
    uri: z.string(),
    permissions: z.array(permission()),
    include: z.array(z.string()),
    exclude: z.array(z.string()),
    quotaBytes: z.int().optional(),
    usedBytes: z.int().optional(),
  })

/** Operations on the roots themselves. */
export const rootOperations = {
  listRoots: operation({
    title: 'List roots',
    description:
      'Lists the folders that this session may use, with their permissions. Every path is relative to one of them.',
    params: () => z.object(listParams('name')),
    result: () => listResult(rootSummary()),
    hints: { readOnly: true },
    core: true,
    examples: [
      { title: 'Which folders may I use?', params: {} },
      { title: 'Is there a root called workspace?', params: { query: 'workspace' } },
    ],
  }),
  addRoot: operation({
    title: 'Add a root',
    description:
      "Adds a root to this session: a folder within one of the operator's roots, with the same permissions or fewer.",
    params: () =>
      z.object({
        uri: z
          .string()
          .min(1)
          .max(4096)
          .describe('The folder: "root://workspace/notes", or a file:/// URI.'),
        name: z
          .string()
          .min(1)
          .max(64)
          .describe('Name of the new root: letters, digits, ".", "_", "-".'),
        permissions: z
          .array(permission())
          .min(1)
          .max(3)
          .default(['read'])
          .describe('Permissions of the new root, within those of the root that contains it.'),
        ...narrowing(),
      }),
    result: () => rootSummary(),
    audience: 'user',
    errors: ['not-found', 'conflict', 'forbidden', 'rate-limited'],
    examples: [
      {
        title: 'Open the notes folder of the workspace for reading',
        params: { uri: 'root://workspace/notes', name: 'notes', permissions: ['read'] },
        result: {
          name: 'notes',
          uri: 'root://workspace/notes',
          permissions: ['read'],
          include: [],
          exclude: [],
        },
      },
    ],
  }),
  updateRoot: operation({
    title: 'Update a root',
    description:
      "Changes the permissions of a root in this session. They cannot exceed the permissions of the operator's root. Absent fields are unchanged.",
    params: () =>
      z.object({
        root: rootParam(),
        permissions: z.array(permission()).max(3).optional().describe('The new permissions.'),
        ...narrowing(),
      }),
    result: () => rootSummary(),
    hints: { idempotent: true },
    audience: 'user',
    errors: ['not-found', 'forbidden'],
    examples: [
      {
        title: 'Let this session only read Markdown files of the notes',
        params: { root: 'notes', permissions: ['read'], include: ['**/*.md'] },
        requires: 'the root of addRoot',
        result: {
          name: 'notes',
          uri: 'root://workspace/notes',
          permissions: ['read'],
          include: ['**/*.md'],
          exclude: [],
        },
      },
    ],
  }),
  removeRoot: operation({
    title: 'Remove a root',
    description: 'Removes a root from this session. Its files are not changed.',
    params: () => z.object({ root: rootParam() }),
    result: () => z.object({ removed: z.string() }),
    audience: 'user',
    errors: ['not-found'],
    examples: [
      {
        title: 'This session shall not see the notes any more',
        params: { root: 'notes' },
        result: { removed: 'notes' },
        requires: 'the root of addRoot',
      },
    ],
  }),
}
