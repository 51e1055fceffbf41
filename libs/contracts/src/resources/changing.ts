import * as z from 'zod'

import { operation } from '@mcp/protocol'
import {
  contentParams,
  ifMatchParam,
  patternParam,
  resourceEntry,
  resourceParam,
} from './resource-shapes.ts'

/** Changing resources, and hearing of changes. */
export const changingOperations = {
  create: operation({
    title: 'Create a resource',
    description: 'Makes a new resource. One that is there already is left alone.',
    params: () =>
      z.object({
        resource: resourceParam(),
        ...contentParams(),
        mimeType: z
          .string()
          .max(255)
          .optional()
          .describe('Its media type, where it is not a file: files go by their name.'),
      }),
    result: () => resourceEntry(),
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
    description: 'Replaces the whole content of a resource that is there.',
    params: () =>
      z.object({ resource: resourceParam(), ...contentParams(), ifMatch: ifMatchParam() }),
    result: () => resourceEntry(),
    hints: { idempotent: true, destructive: true },
    errors: ['not-found', 'conflict', 'forbidden', 'payload-too-large'],
    examples: [
      {
        title: 'Write "- milk" into memory:///todo.md',
        params: { resource: 'memory:///todo.md', content: '- milk\n' },
      },
    ],
  }),
  delete: operation({
    title: 'Delete a resource',
    description: 'Removes a resource for good.',
    params: () => z.object({ resource: resourceParam(), ifMatch: ifMatchParam() }),
    result: () => z.object({ uri: z.string() }),
    hints: { destructive: true },
    errors: ['not-found', 'conflict', 'forbidden'],
    examples: [
      {
        title: 'Delete memory:///old.md',
        params: { resource: 'memory:///old.md' },
        result: { uri: 'memory:///old.md' },
      },
    ],
  }),
  subscribe: operation({
    title: 'Hear of changes',
    description:
      'Tells this session resource-updated whenever the resource changes, or one whose URI fits the pattern, until it unsubscribes or ends. The resource need not be there yet.',
    params: () =>
      z.object({
        resource: resourceParam().optional(),
        pattern: patternParam().optional(),
      }),
    result: () =>
      z.object({
        /** The URI or pattern, as notifications go by it. */
        subscribed: z.string(),
        /** How many subscriptions the session has now. */
        subscriptions: z.int(),
      }),
    hints: { idempotent: true },
    errors: ['not-found', 'forbidden', 'unavailable'],
    examples: [
      {
        title: 'Tell me when file:///notes.md changes',
        params: { resource: 'file:///notes.md' },
        result: { subscribed: 'file:///notes.md', subscriptions: 1 },
      },
      {
        title: 'Tell me of changes to any CSV file',
        params: { pattern: 'file:///**/*.csv' },
        result: { subscribed: 'file:///**/*.csv', subscriptions: 2 },
      },
    ],
  }),
  unsubscribe: operation({
    title: 'Hear of changes no longer',
    description:
      'Ends the subscription to a resource or pattern; with neither, all subscriptions of this session.',
    params: () =>
      z.object({
        resource: resourceParam().optional(),
        pattern: patternParam().optional(),
      }),
    result: () =>
      z.object({
        /** How many subscriptions ended. */
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
