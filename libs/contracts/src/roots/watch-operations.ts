import * as z from 'zod'

import { operation } from '@mcp/protocol'
import { folderParam, rootParam } from './file-shapes.ts'

/** Operations that notify a session of changes. */
export const watchOperations = {
  watch: operation({
    title: 'Watch',
    description:
      'Emits root-file-changed to this session when an entry of a folder changes. The watch ends when unwatch is called or the session ends.',
    params: () =>
      z.object({
        root: rootParam(),
        path: folderParam(),
        recursive: z.boolean().default(true).describe('If true, includes its subfolders.'),
        glob: z
          .string()
          .min(1)
          .max(256)
          .optional()
          .describe('Only files that match this glob, such as "**/*.ts".'),
      }),
    result: () => z.object({ watchId: z.string() }),
    errors: ['not-found', 'forbidden', 'rate-limited', 'payload-too-large'],
    examples: [
      {
        title: 'Watch the notes for changes',
        params: { root: 'workspace', path: 'notes' },
      },
    ],
  }),
  unwatch: operation({
    title: 'Stop watching',
    description: 'Ends a watch of this session.',
    params: () =>
      z.object({ watchId: z.string().min(1).max(64).describe('The watchId returned by watch.') }),
    result: () => z.object({ ended: z.string() }),
    errors: ['not-found'],
    examples: [
      {
        title: 'Stop watching for changes',
        params: { watchId: 'watch-1' },
        requires: 'the watchId of watch',
      },
    ],
  }),
}

/** The notifications of the roots server. */
export const rootNotifications = {
  /** The session's roots changed. */
  'root-list-changed': z.object({
    added: z.array(z.string()),
    updated: z.array(z.string()),
    removed: z.array(z.string()),
  }),
  /** An entry of a watched folder changed. */
  'root-file-changed': z.object({
    root: z.string(),
    path: z.string(),
    change: z.enum(['created', 'modified', 'deleted']),
    etag: z.string().optional(),
  }),
  /** The server could not report some changes, so clients must read the folder again. */
  'root-watch-overflow': z.object({
    root: z.string(),
    path: z.string(),
    reason: z.enum(['too-many-changes', 'watcher-failed']),
  }),
}
