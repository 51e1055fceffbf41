import * as z from 'zod'

import { operation } from '@mcp/protocol'
import { listParams, listResult } from '../list-shape.ts'
import { entry, folderParam, pathParam, permission, rootParam } from './file-shapes.ts'

const depthParam = () => z.int().min(1).max(64).describe('How many levels of folders to go down.')

/** The operations that look at folders, and make them. */
export const directoryOperations = {
  listDirectory: operation({
    title: 'List a directory',
    description:
      'Lists what a folder holds, in the order of the names; with recursive, what its folders hold as well.',
    params: () =>
      z.object({
        root: rootParam(),
        path: folderParam(),
        recursive: z.boolean().default(false).describe('Whether to list the folders in it too.'),
        depth: depthParam().optional(),
        ...listParams('name'),
      }),
    result: () => listResult(entry()),
    hints: { readOnly: true },
    errors: ['not-found', 'forbidden', 'conflict', 'payload-too-large'],
    examples: [
      { title: 'What is in the workspace?', params: { root: 'workspace' } },
      {
        title: 'List all files below the notes folder',
        params: { root: 'workspace', path: 'notes', recursive: true },
      },
    ],
  }),
  tree: operation({
    title: 'Draw a tree',
    description: 'Draws a folder and the folders in it as an indented tree.',
    params: () =>
      z.object({
        root: rootParam(),
        path: folderParam(),
        depth: depthParam().default(3),
        limit: z.int().min(1).max(5000).default(500).describe('The most entries drawn.'),
      }),
    result: () => z.object({ text: z.string(), entries: z.int(), truncated: z.boolean() }),
    hints: { readOnly: true },
    errors: ['not-found', 'forbidden', 'conflict', 'payload-too-large'],
    examples: [
      {
        title: 'Show the notes folder as a tree',
        params: { root: 'workspace', path: 'notes' },
        result: {
          text: 'notes/\n├── ideas.md\n└── todo.md',
          entries: 2,
          truncated: false,
        },
      },
    ],
  }),
  stat: operation({
    title: 'Stat',
    description: 'Says of a file or folder what it is, how large, when it changed, and its etag.',
    params: () =>
      z.object({
        root: rootParam(),
        path: pathParam('The file or folder'),
        etag: z
          .boolean()
          .default(false)
          .describe('Whether a very large file is read whole for its etag; others always are.'),
      }),
    result: () =>
      z.object({
        path: z.string(),
        /** Where it really is, when a link within the root leads there. */
        realPath: z.string().optional(),
        type: z.enum(['file', 'directory']),
        size: z.int(),
        modifiedAt: z.string(),
        createdAt: z.string(),
        links: z.int(),
        etag: z.string().optional(),
      }),
    hints: { readOnly: true },
    errors: ['not-found', 'forbidden', 'conflict', 'payload-too-large'],
    examples: [
      {
        title: 'How large is notes/todo.md, and when was it changed?',
        params: { root: 'workspace', path: 'notes/todo.md' },
      },
    ],
  }),
  createDirectory: operation({
    title: 'Create a directory',
    description: 'Makes a folder, with the folders above it where they are missing.',
    params: () => z.object({ root: rootParam(), path: pathParam('The folder') }),
    result: () => z.object({ path: z.string(), created: z.boolean() }),
    hints: { idempotent: true },
    errors: ['conflict', 'forbidden', 'not-found'],
    examples: [
      {
        title: 'Create the folder reports/2026',
        params: { root: 'workspace', path: 'reports/2026' },
        result: { path: 'reports/2026', created: true },
      },
    ],
  }),
  resolvePath: operation({
    title: 'Resolve a path',
    description: 'Explains what a path leads to, and why it may be used or not.',
    params: () => z.object({ root: rootParam(), path: pathParam('The path') }),
    result: () =>
      z.object({
        path: z.string(),
        allowed: z.array(permission()),
        exists: z.boolean(),
        realPath: z.string().optional(),
        /** Why it may not be used, such as `path-escape`. */
        reason: z.string().optional(),
        explanation: z.string(),
      }),
    hints: { readOnly: true },
    errors: ['not-found'],
    examples: [
      {
        title: 'May I use notes/todo.md?',
        params: { root: 'workspace', path: 'notes/todo.md' },
      },
      {
        title: 'Why may I not use ../secrets?',
        params: { root: 'workspace', path: '../secrets' },
        result: {
          path: '../secrets',
          allowed: [],
          exists: false,
          reason: 'path-escape',
          explanation: 'The path leads out of its folder. Use one that stays inside.',
        },
      },
    ],
  }),
}
