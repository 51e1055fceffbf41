import * as z from 'zod'

import { operation } from '@mcp/protocol'
import { listParams, listResult } from '../list-shape.ts'
import { entry, folderParam, pathParam, permission, rootParam } from './file-shapes.ts'

const depthParam = () => z.int().min(1).max(64).describe('Maximum number of folder levels.')

/** Operations that list, describe and create folders. */
export const directoryOperations = {
  listDirectory: operation({
    title: 'List a directory',
    description:
      'Lists the entries of a folder by name. With recursive, also lists the entries of its subfolders.',
    params: () =>
      z.object({
        root: rootParam(),
        path: folderParam(),
        recursive: z.boolean().default(false).describe('If true, also lists its subfolders.'),
        depth: depthParam().optional(),
        ...listParams('name'),
      }),
    result: () => listResult(entry()),
    hints: { readOnly: true },
    core: true,
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
    description: 'Shows a folder and its subfolders as an indented tree.',
    params: () =>
      z.object({
        root: rootParam(),
        path: folderParam(),
        depth: depthParam().default(3),
        limit: z.int().min(1).max(5000).default(500).describe('Maximum number of entries.'),
      }),
    result: () => z.object({ text: z.string(), entries: z.int(), truncated: z.boolean() }),
    hints: { readOnly: true },
    core: true,
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
    description: 'Returns the type, size, time of change and etag of a file or folder.',
    params: () =>
      z.object({
        root: rootParam(),
        path: pathParam('The file or folder'),
        etag: z
          .boolean()
          .default(false)
          .describe('If true, reads even a very large file completely to compute its etag.'),
      }),
    result: () =>
      z.object({
        path: z.string(),
        /** Path after the resolution of links. Absent if it equals `path`. */
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
    description: 'Creates a folder, with its parent folders if they are missing.',
    params: () => z.object({ root: rootParam(), path: pathParam('The folder') }),
    result: () => z.object({ path: z.string(), created: z.boolean() }),
    hints: { idempotent: true },
    core: true,
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
    description: 'Resolves a path, and explains why it may or may not be used.',
    params: () => z.object({ root: rootParam(), path: pathParam('The path') }),
    result: () =>
      z.object({
        path: z.string(),
        allowed: z.array(permission()),
        exists: z.boolean(),
        realPath: z.string().optional(),
        /** Reason for the refusal, such as `path-escape`. */
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
