import * as z from 'zod'

import { operation } from '@mcp/protocol'
import { listParams, listResult } from '../list-shape.ts'
import { permission, rootParam } from './file-shapes.ts'

const globs = (what: string) =>
  z.array(z.string().min(1).max(256)).max(64).optional().describe(what)

const quota = () =>
  z.int().min(0).optional().describe('The most bytes it may hold. Not given: as the operator set.')

const narrowing = () => ({
  include: globs('Only files that one of these patterns matches, such as "**/*.md".'),
  exclude: globs('Nothing that one of these patterns matches, such as "private/**".'),
  quotaBytes: quota(),
})

const rootSummary = () =>
  z.object({
    name: z.string(),
    /** Where it is: the operator's root and the path below, never a path of the machine. */
    uri: z.string(),
    permissions: z.array(permission()),
    include: z.array(z.string()),
    exclude: z.array(z.string()),
    quotaBytes: z.int().optional(),
    usedBytes: z.int().optional(),
  })

/** The operations on the roots themselves. */
export const rootOperations = {
  listRoots: operation({
    title: 'List roots',
    description:
      'Lists the folders this session may use, with what each allows. Every path is told from one of them.',
    params: () => z.object(listParams('name')),
    result: () => listResult(rootSummary()),
    hints: { readOnly: true },
    examples: [
      { title: 'Which folders may I use?', params: {} },
      { title: 'Is there a root called workspace?', params: { query: 'workspace' } },
    ],
  }),
  addRoot: operation({
    title: 'Add a root',
    description:
      "Gives this session a root of its own: a folder within the operator's, with the same rights or fewer.",
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
          .describe('The name it gets; letters, digits, ".", "_", "-".'),
        permissions: z
          .array(permission())
          .min(1)
          .max(3)
          .default(['read'])
          .describe('What it allows, within what the operator allows.'),
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
      'Changes what a root allows in this session, within what the operator allows. What is not given stays.',
    params: () =>
      z.object({
        root: rootParam(),
        permissions: z
          .array(permission())
          .max(3)
          .optional()
          .describe('What it allows from now on.'),
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
    description: 'Takes a root away from this session. Its files stay as they are.',
    params: () => z.object({ root: rootParam() }),
    result: () => z.object({ removed: z.string() }),
    audience: 'user',
    errors: ['not-found'],
    examples: [
      {
        title: 'This session shall not see the notes any more',
        params: { root: 'notes' },
        result: { removed: 'notes' },
      },
    ],
  }),
}
