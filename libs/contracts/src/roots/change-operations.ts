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
  path: pathParam('What is taken'),
  to: pathParam('Where it goes'),
  toRoot: rootParam().optional().describe('The root it goes to. Default: the same.'),
  overwrite: overwriteParam(false),
  createParents: createParentsParam(),
})

/** The operations that change files. */
export const changeOperations = {
  writeFile: operation({
    title: 'Write a file',
    description: 'Writes a whole file at once: whoever reads it sees the old content or the new.',
    params: () =>
      z.object({
        root: rootParam(),
        path: pathParam('The file'),
        content: z.string().describe('The whole content.'),
        encoding: encodingParam('How the content is given: base64 for what is no text.'),
        ifMatch: ifMatchParam(),
        overwrite: overwriteParam(true),
        createParents: createParentsParam(),
      }),
    result: () => writtenFile(),
    hints: { idempotent: true, destructive: true },
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
    description: 'Adds to the end of a file, which is made where it is not there.',
    params: () =>
      z.object({
        root: rootParam(),
        path: pathParam('The file'),
        content: z.string().describe('What is added.'),
        encoding: encodingParam('How the content is given: base64 for what is no text.'),
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
      'Replaces pieces of a text file, one after the other, and gives the difference. All are made or none.',
    params: () =>
      z.object({
        root: rootParam(),
        path: pathParam('The file'),
        edits: z
          .array(
            z.object({
              oldText: z.string().min(1).describe('What is there, exactly.'),
              newText: z.string().describe('What shall be there.'),
              occurrence: z
                .union([z.int().min(1), z.literal('all')])
                .optional()
                .describe('Which one, counted from 1, or all. Default: there must be only one.'),
            }),
          )
          .min(1)
          .max(100)
          .describe('The replacements.'),
        dryRun: z.boolean().default(false).describe('Whether to tell the difference only.'),
        ifMatch: ifMatchParam(),
      }),
    result: () =>
      z.object({
        path: z.string(),
        diff: z.string(),
        /** Of the file after the edits. */
        etag: z.string(),
        replacements: z.int(),
      }),
    hints: { destructive: true },
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
    description: 'Moves or renames a file or folder, within a root or to another one.',
    params: () => z.object(target()),
    result: () => z.object({ root: z.string(), path: z.string() }),
    hints: { destructive: true },
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
    description: 'Copies a file, or a folder with all that is in it. Links are not copied.',
    params: () => z.object(target()),
    result: () =>
      z.object({
        root: z.string(),
        path: z.string(),
        files: z.int(),
        bytes: z.int(),
        /** What was passed over: links, devices and the like. */
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
      'Deletes a file or an empty folder; with recursive, a folder and all in it. With trash it is moved to .trash instead, from where it can be moved back.',
    params: () =>
      z.object({
        root: rootParam(),
        path: pathParam('The file or folder'),
        recursive: z.boolean().default(false).describe('Whether a folder goes with all in it.'),
        trash: z.boolean().default(false).describe('Whether it is kept in the folder .trash.'),
        ifMatch: ifMatchParam(),
      }),
    result: () => z.object({ deleted: z.int(), trashPath: z.string().optional() }),
    hints: { destructive: true },
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
