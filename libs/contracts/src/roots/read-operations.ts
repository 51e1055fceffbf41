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

const lineCount = (place: string) =>
  z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe(`Number of lines to return, from the ${place} of the file.`)

const { cursor, limit } = listParams('name')

/** Operations that read and search files. */
export const readOperations = {
  readFile: operation({
    title: 'Read a file',
    description: 'Reads a file or a part of it. Pass at most one of range, lines, head and tail.',
    params: () =>
      z.object({
        root: rootParam(),
        path: pathParam('The file'),
        range: z
          .object({
            start: z.int().min(0).describe('First byte.'),
            end: z
              .int()
              .min(0)
              .optional()
              .describe('End, exclusive. Default: the end of the file.'),
          })
          .optional()
          .describe('Range of bytes, counted from 0.'),
        lines: z
          .object({
            start: z.int().min(1).describe('First line.'),
            end: z.int().min(1).optional().describe('Last line. Default: the end of the file.'),
          })
          .optional()
          .describe('Range of lines, counted from 1.'),
        head: lineCount('start'),
        tail: lineCount('end'),
        encoding: encodingParam(
          'Encoding of "content": "utf8" for text, "base64" for binary data.',
        ),
      }),
    result: () => fileContent(),
    hints: { readOnly: true },
    core: true,
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
    description:
      'Reads up to 50 files and returns a result or an error for each. A failed read does not stop the others.',
    params: () =>
      z.object({
        root: rootParam(),
        paths: z
          .array(z.string().max(4096))
          .min(1)
          .max(50)
          .describe('Paths relative to the root, with forward slashes.'),
        encoding: encodingParam(
          'Encoding of "content": "utf8" for text, "base64" for binary data.',
        ),
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
      'Finds files by a glob: * within a name, ** across folders, ?, [abc], {a,b}. A glob without a slash matches names in every folder.',
    params: () =>
      z.object({
        root: rootParam(),
        path: folderParam(),
        glob: z.string().min(1).max(256).describe('The glob, such as "**/*.md".'),
        cursor,
        limit,
      }),
    result: () => listResult(entry()),
    hints: { readOnly: true },
    core: true,
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
      'Finds lines that contain a text or match a regular expression. Binary files are skipped.',
    params: () =>
      z.object({
        root: rootParam(),
        path: folderParam(),
        pattern: z
          .string()
          .min(1)
          .max(1000)
          .describe('Text or regular expression to find within one line.'),
        regex: z.boolean().default(false).describe('If true, pattern is a regular expression.'),
        ignoreCase: z.boolean().default(false).describe('If true, ignores case.'),
        glob: z
          .string()
          .min(1)
          .max(256)
          .optional()
          .describe('Only files that match this glob, such as "**/*.ts".'),
        context: z
          .int()
          .min(0)
          .max(10)
          .default(0)
          .describe('Number of lines to return before and after each match.'),
        limit: z.int().min(1).max(1000).default(100).describe('Maximum number of matches.'),
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
        /** The limit that ended the search early. */
        endedBy: z.enum(['matches', 'files', 'bytes', 'time']).optional(),
      }),
    hints: { readOnly: true },
    core: true,
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
