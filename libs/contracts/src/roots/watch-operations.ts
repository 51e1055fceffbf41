import * as z from 'zod'

import { operation } from '@mcp/protocol'
import { folderParam, rootParam } from './file-shapes.ts'

/** The operations that tell a session of changes. */
export const watchOperations = {
  watch: operation({
    title: 'Watch',
    description:
      'Tells this session of changes below a folder by root-file-changed, until unwatch or its end.',
    params: () =>
      z.object({
        root: rootParam(),
        path: folderParam(),
        recursive: z.boolean().default(true).describe('Whether the folders in it count as well.'),
        glob: z.string().min(1).max(256).optional().describe('Only files such as "**/*.ts".'),
      }),
    result: () => z.object({ watchId: z.string() }),
    errors: ['not-found', 'forbidden', 'rate-limited', 'payload-too-large'],
    examples: [
      {
        title: 'Tell me when something in the notes changes',
        params: { root: 'workspace', path: 'notes' },
      },
    ],
  }),
  unwatch: operation({
    title: 'Stop watching',
    description: 'Ends a watch of this session.',
    params: () =>
      z.object({ watchId: z.string().min(1).max(64).describe('What watch answered with.') }),
    result: () => z.object({ ended: z.string() }),
    errors: ['not-found'],
    examples: [{ title: 'Stop telling me of changes', params: { watchId: 'watch-1' } }],
  }),
}

/** What the server tells sessions unasked. */
export const rootNotifications = {
  /** The session's roots changed. */
  'root-list-changed': z.object({
    added: z.array(z.string()),
    updated: z.array(z.string()),
    removed: z.array(z.string()),
  }),
  /** Something below a folder that the session watches changed. */
  'root-file-changed': z.object({
    root: z.string(),
    path: z.string(),
    change: z.enum(['created', 'modified', 'deleted']),
    etag: z.string().optional(),
  }),
  /** Changes were missed: what lies below the path must be looked at again. */
  'root-watch-overflow': z.object({
    root: z.string(),
    path: z.string(),
    reason: z.enum(['too-many-changes', 'watcher-failed']),
  }),
}
