import * as z from 'zod'

import { operation } from '@mcp/protocol'
import { listParams, listResult } from '../list-shape.ts'
import {
  encodingParam,
  entry,
  fileContent,
  folderParam,
  pathParam,
  rootParam,
} from './file-shapes.ts'

const lineCount = (which: string) =>
  z.int().min(1).max(100_000).optional().describe(`Only so many ${which} lines.`)

const { cursor, limit } = listParams('name')

/** The operations that read files, and look for them. */
export const readOperations = {
  readFile: operation({
    title: 'Read a file',
    description:
      'Reads a file, or a part of it: a range of bytes, some lines, its head or its tail. Give one of the four at most.',
    params: () =>
      z.object({
        root: rootParam(),
        path: pathParam('The file'),
        range: z
          .object({
            start: z.int().min(0).describe('The first byte.'),
            end: z.int().min(0).optional().describe('The byte after the last. Default: the end.'),
          })
          .optional()
          .describe('Which bytes, counted from 0.'),
        lines: z
          .object({
            start: z.int().min(1).describe('The first line.'),
            end: z.int().min(1).optional().describe('The last line. Default: the last there is.'),
          })
          .optional()
          .describe('Which lines, counted from 1.'),
        head: lineCount('first'),
        tail: lineCount('last'),
        encoding: encodingParam('How the content is given: base64 for what is no text.'),
      }),
    result: () => fileContent(),
    hints: { readOnly: true },
    errors: ['not-found', 'forbidden', 'conflict'],
    examples: [
      { title: 'Read notes/todo.md', params: { root: 'workspace', path: 'notes/todo.md' } },
      {
        title: 'Show the first line of notes/todo.md',
        params: { root: 'workspace', path: 'notes/todo.md', head: 1 },
      },
    ],
  }),
  readMany: operation({
    title: 'Read several files',
    description: 'Reads up to 50 files and answers each on its own: one that fails stops no other.',
    params: () =>
      z.object({
        root: rootParam(),
        paths: z
          .array(z.string().max(4096))
          .min(1)
          .max(50)
          .describe('The files, from the root and with forward slashes.'),
        encoding: encodingParam('How the contents are given: base64 for what is no text.'),
      }),
    result: () =>
      z.object({
        results: z.array(
          z.discriminatedUnion('status', [
            z.object({ status: z.literal('success'), path: z.string(), file: fileContent() }),
            z.object({
              status: z.literal('error'),
              path: z.string(),
              error: z.object({
                code: z.string(),
                message: z.string(),
                reason: z.string().optional(),
              }),
            }),
          ]),
        ),
      }),
    hints: { readOnly: true },
    errors: ['not-found', 'forbidden', 'conflict'],
    examples: [
      {
        title: 'Read notes/todo.md and notes/ideas.md',
        params: { root: 'workspace', paths: ['notes/todo.md', 'notes/ideas.md'] },
      },
    ],
  }),
  searchFiles: operation({
    title: 'Search for files',
    description:
      'Finds files by a pattern: * within a name, ** across folders, ?, [abc], {a,b}. Without a slash it is a name in any folder.',
    params: () =>
      z.object({
        root: rootParam(),
        path: folderParam(),
        glob: z.string().min(1).max(256).describe('The pattern, such as "**/*.md".'),
        cursor,
        limit,
      }),
    result: () => listResult(entry()),
    hints: { readOnly: true },
    errors: ['not-found', 'forbidden', 'conflict', 'payload-too-large', 'timeout'],
    examples: [
      {
        title: 'Find all Markdown files in the workspace',
        params: { root: 'workspace', glob: '**/*.md' },
      },
    ],
  }),
  searchText: operation({
    title: 'Search in files',
    description:
      'Finds lines that hold a text or match a regular expression. Binary files are passed over.',
    params: () =>
      z.object({
        root: rootParam(),
        path: folderParam(),
        pattern: z.string().min(1).max(1000).describe('What to look for, within one line.'),
        regex: z.boolean().default(false).describe('Whether the pattern is a regular expression.'),
        ignoreCase: z.boolean().default(false).describe('Whether capitals count as small letters.'),
        glob: z.string().min(1).max(256).optional().describe('Only in files such as "**/*.ts".'),
        context: z.int().min(0).max(10).default(0).describe('How many lines around each find.'),
        limit: z.int().min(1).max(1000).default(100).describe('The most finds.'),
      }),
    result: () =>
      z.object({
        matches: z.array(
          z.object({
            path: z.string(),
            line: z.int(),
            column: z.int(),
            text: z.string(),
            before: z.array(z.string()).optional(),
            after: z.array(z.string()).optional(),
          }),
        ),
        filesSearched: z.int(),
        filesSkipped: z.int(),
        bytesSearched: z.int(),
        /** Which bound ended the search before all was searched. */
        endedBy: z.enum(['matches', 'files', 'bytes', 'time']).optional(),
      }),
    hints: { readOnly: true },
    errors: ['not-found', 'forbidden', 'conflict', 'payload-too-large', 'timeout'],
    examples: [
      {
        title: 'Where do the notes mention milk?',
        params: { root: 'workspace', path: 'notes', pattern: 'milk' },
        result: {
          matches: [{ path: 'notes/todo.md', line: 1, column: 7, text: '- buy milk' }],
          filesSearched: 2,
          filesSkipped: 0,
          bytesSearched: 37,
        },
      },
      {
        title: 'Find lines that begin with a dash and call',
        params: { root: 'workspace', path: 'notes', pattern: '^- call', regex: true },
      },
    ],
  }),
}
