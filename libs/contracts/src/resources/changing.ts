import * as z from 'zod'

import { operation } from '@mcp/protocol'
import {
  contentParams,
  ifMatchParam,
  patternParam,
  resourceEntry,
  resourceParam,
} from './resource-shapes.ts'

/** Operations that change resources and subscribe to changes. */
export const changingOperations = {
  create: operation({
    title: 'Create a resource',
    description: 'Creates a resource. Fails if it exists.',
    params: () =>
      z.object({
        resource: resourceParam(),
        ...contentParams(),
        mimeType: z
          .string()
          .max(255)
          .optional()
          .describe('Media type. Ignored for files: their names determine their types.'),
      }),
    result: () => resourceEntry(),
    core: true,
    errors: ['conflict', 'forbidden', 'payload-too-large', 'not-found'],
    examples: [
      {
        title: 'Create memory:///ideas.md',
        params: { resource: 'memory:///ideas.md', content: '# Ideas\n' },
      },
      {
        title: 'Create file:///drafts/plan.md',
        params: { resource: 'file:///drafts/plan.md', content: '# Plan\n' },
      },
    ],
  }),
  update: operation({
    title: 'Change a resource',
    description: 'Replaces the whole content of an existing resource.',
    params: () =>
      z.object({ resource: resourceParam(), ...contentParams(), ifMatch: ifMatchParam() }),
    result: () => resourceEntry(),
    hints: { idempotent: true, destructive: true },
    core: true,
    errors: ['not-found', 'conflict', 'forbidden', 'payload-too-large'],
    examples: [
      {
        title: 'Write "- milk" into file:///todo.md',
        params: { resource: 'file:///todo.md', content: '- milk\n' },
      },
    ],
  }),
  delete: operation({
    title: 'Delete a resource',
    description: 'Deletes a resource permanently.',
    params: () => z.object({ resource: resourceParam(), ifMatch: ifMatchParam() }),
    result: () => z.object({ uri: z.string() }),
    hints: { destructive: true },
    core: true,
    errors: ['not-found', 'conflict', 'forbidden'],
    examples: [
      {
        title: 'Delete file:///old.md',
        params: { resource: 'file:///old.md' },
        result: { uri: 'file:///old.md' },
      },
    ],
  }),
  subscribe: operation({
    title: 'Subscribe to changes',
    description:
      'Emits resource-updated to this session when the resource changes, or when a resource whose URI matches the pattern changes. The subscription ends when unsubscribe is called or the session ends. The resource need not exist yet.',
    params: () =>
      z.object({
        resource: resourceParam().optional(),
        pattern: patternParam().optional(),
      }),
    result: () =>
      z.object({
        /** The URI or pattern of the subscription. */
        subscribed: z.string(),
        /** Number of subscriptions of the session. */
        subscriptions: z.int(),
      }),
    hints: { idempotent: true },
    errors: ['not-found', 'forbidden', 'unavailable'],
    examples: [
      {
        title: 'Watch file:///notes.md for changes',
        params: { resource: 'file:///notes.md' },
        result: { subscribed: 'file:///notes.md', subscriptions: 1 },
      },
      {
        title: 'Notify me of changes to any CSV file',
        params: { pattern: 'file:///**/*.csv' },
        result: { subscribed: 'file:///**/*.csv', subscriptions: 2 },
      },
    ],
  }),
  unsubscribe: operation({
    title: 'Unsubscribe from changes',
    description:
      'Ends the subscription to a resource or pattern. If both params are absent, ends all subscriptions of this session.',
    params: () =>
      z.object({
        resource: resourceParam().optional(),
        pattern: patternParam().optional(),
      }),
    result: () =>
      z.object({
        /** Number of ended subscriptions. */
        ended: z.int(),
        subscriptions: z.int(),
      }),
    hints: { idempotent: true },
    errors: ['not-found'],
    examples: [
      {
        title: 'No more news of file:///notes.md',
        params: { resource: 'file:///notes.md' },
        result: { ended: 1, subscriptions: 1 },
      },
      {
        title: 'No more news of any resource',
        params: {},
        result: { ended: 1, subscriptions: 0 },
      },
    ],
  }),
}
