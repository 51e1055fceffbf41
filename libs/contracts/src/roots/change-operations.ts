import * as z from 'zod'

import { operation } from '@mcp/protocol'
import {
  createParentsParam,
  encodingParam,
  ifMatchParam,
  overwriteParam,
  pathParam,
  rootParam,
  writtenFile,
} from './file-shapes.ts'

const target = () => ({
  root: rootParam(),
  path: pathParam('The source'),
  to: pathParam('The destination'),
  toRoot: rootParam().optional().describe('Root of the destination. Default: the same root.'),
  overwrite: overwriteParam(false),
  createParents: createParentsParam(),
})

/** The operations that change files. */
export const changeOperations = {
  writeFile: operation({
    title: 'Write a file',
    description:
      'Writes a whole file atomically. Another reader sees the old content or the new content, never a part.',
    params: () =>
      z.object({
        root: rootParam(),
        path: pathParam('The file'),
        content: z.string().describe('The complete new content.'),
        encoding: encodingParam(
          'Encoding of "content": "utf8" for text, "base64" for binary data.',
        ),
        ifMatch: ifMatchParam(),
        overwrite: overwriteParam(true),
        createParents: createParentsParam(),
      }),
    result: () => writtenFile(),
    hints: { idempotent: true, destructive: true },
    core: true,
    errors: ['conflict', 'forbidden', 'not-found', 'payload-too-large'],
    examples: [
      {
        title: 'Write "Hello" into drafts/hello.txt',
        params: {
          root: 'workspace',
          path: 'drafts/hello.txt',
          content: 'Hello\n',
          createParents: true,
        },
        result: {
          path: 'drafts/hello.txt',
          etag: 'sha256-ZqBFtFIQLFnYQOwJfVnZRn4To_NPZJTlOf_TLBuzXxg',
          size: 6,
          created: true,
        },
      },
    ],
  }),
  appendFile: operation({
    title: 'Append to a file',
    description: 'Appends to a file. Creates it if it does not exist.',
    params: () =>
      z.object({
        root: rootParam(),
        path: pathParam('The file'),
        content: z.string().describe('The content to append.'),
        encoding: encodingParam(
          'Encoding of "content": "utf8" for text, "base64" for binary data.',
        ),
        ifMatch: ifMatchParam(),
        createParents: createParentsParam(),
      }),
    result: () => writtenFile().partial({ etag: true }),
    errors: ['conflict', 'forbidden', 'not-found', 'payload-too-large'],
    examples: [
      {
        title: 'Add a line to log.txt',
        params: { root: 'workspace', path: 'log.txt', content: 'second\n' },
      },
    ],
  }),
  editFile: operation({
    title: 'Edit a file',
    description:
      'Replaces parts of a text file, in order, and returns the diff. If one edit fails, none is made.',
    params: () =>
      z.object({
        root: rootParam(),
        path: pathParam('The file'),
        edits: z
          .array(
            z.object({
              oldText: z.string().min(1).describe('The exact text to replace.'),
              newText: z.string().describe('The replacement.'),
              occurrence: z
                .union([z.int().min(1), z.literal('all')])
                .optional()
                .describe(
                  'The occurrence to replace, counted from 1, or all. Default: the text must occur exactly once.',
                ),
            }),
          )
          .min(1)
          .max(100)
          .describe('The replacements.'),
        dryRun: z.boolean().default(false).describe('If true, only returns the diff.'),
        ifMatch: ifMatchParam(),
      }),
    result: () =>
      z.object({
        path: z.string(),
        diff: z.string(),
        /** Etag of the file after the edits. */
        etag: z.string(),
        replacements: z.int(),
      }),
    hints: { destructive: true },
    core: true,
    errors: ['conflict', 'forbidden', 'not-found', 'payload-too-large'],
    examples: [
      {
        title: 'Replace "world" by "reader" in greeting.txt',
        params: {
          root: 'workspace',
          path: 'greeting.txt',
          edits: [{ oldText: 'world', newText: 'reader' }],
          dryRun: true,
        },
        result: {
          path: 'greeting.txt',
          diff: '--- greeting.txt\n+++ greeting.txt\n@@ -1,1 +1,1 @@\n-Hello world\n+Hello reader\n',
          etag: 'sha256-IpXQ0ePnNB5T6iZhAy4Qqx5QFE0roYwCThC4fLbEBRY',
          replacements: 1,
        },
      },
    ],
  }),
  move: operation({
    title: 'Move',
    description: 'Moves or renames a file or folder, within a root or to another root.',
    params: () => z.object(target()),
    result: () => z.object({ root: z.string(), path: z.string() }),
    hints: { destructive: true },
    core: true,
    errors: ['conflict', 'forbidden', 'not-found', 'payload-too-large'],
    examples: [
      {
        title: 'Rename inbox/letter.txt to archive/letter.txt',
        params: {
          root: 'workspace',
          path: 'inbox/letter.txt',
          to: 'archive/letter.txt',
          createParents: true,
        },
        result: { root: 'workspace', path: 'archive/letter.txt' },
      },
    ],
  }),
  copy: operation({
    title: 'Copy',
    description: 'Copies a file, or a folder with its contents. Links are not copied.',
    params: () => z.object(target()),
    result: () =>
      z.object({
        root: z.string(),
        path: z.string(),
        files: z.int(),
        bytes: z.int(),
        /** Number of skipped entries, such as links and devices. */
        skipped: z.int(),
      }),
    hints: { destructive: true },
    errors: ['conflict', 'forbidden', 'not-found', 'payload-too-large'],
    examples: [
      {
        title: 'Copy notes/todo.md to copies/todo.md',
        params: {
          root: 'workspace',
          path: 'notes/todo.md',
          to: 'copies/todo.md',
          createParents: true,
        },
        result: { root: 'workspace', path: 'copies/todo.md', files: 1, bytes: 22, skipped: 0 },
      },
    ],
  }),
  delete: operation({
    title: 'Delete',
    description:
      'Deletes a file or an empty folder. With recursive, also deletes a folder with its contents. With trash, moves the file or folder to .trash instead; the operation move can restore it.',
    params: () =>
      z.object({
        root: rootParam(),
        path: pathParam('The file or folder'),
        recursive: z
          .boolean()
          .default(false)
          .describe('If true, deletes a folder with its contents.'),
        trash: z
          .boolean()
          .default(false)
          .describe('If true, moves the file or folder to .trash instead.'),
        ifMatch: ifMatchParam(),
      }),
    result: () => z.object({ deleted: z.int(), trashPath: z.string().optional() }),
    hints: { destructive: true },
    core: true,
    errors: ['conflict', 'forbidden', 'not-found', 'payload-too-large'],
    examples: [
      {
        title: 'Delete old/draft.txt',
        params: { root: 'workspace', path: 'old/draft.txt' },
        result: { deleted: 1 },
      },
    ],
  }),
}
