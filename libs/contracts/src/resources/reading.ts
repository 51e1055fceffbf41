import * as z from 'zod'

import { operation } from '@mcp/protocol'
import { listParams, listResult } from '../list-shape.ts'
import {
  manyContents,
  readLimits,
  resourceContent,
  resourceEntry,
  resourceParam,
  searchHit,
} from './resource-shapes.ts'

/** Finding resources and reading them. */
export const readingOperations = {
  list: operation({
    title: 'List resources',
    description:
      'Lists the resources there are, by URI. Those that only a template names are not listed; see listTemplates.',
    params: () =>
      z.object({
        scheme: z
          .string()
          .regex(/^[a-z][a-z0-9+.-]*$/, 'must be a scheme such as file, without a colon')
          .optional()
          .describe('Only URIs of this scheme, such as file.'),
        prefix: z.string().max(2048).optional().describe('Only URIs that begin with this.'),
        mimeType: z
          .string()
          .max(255)
          .optional()
          .describe('Only this media type, such as text/markdown, or a whole kind: image/*.'),
        ...listParams('URI, name or description'),
      }),
    result: () => listResult(resourceEntry()),
    hints: { readOnly: true },
    errors: ['payload-too-large'],
    examples: [
      { title: 'Which resources are there?', params: {} },
      { title: 'List the markdown files', params: { scheme: 'file', mimeType: 'text/markdown' } },
      { title: 'List the resources below file:///data/', params: { prefix: 'file:///data/' } },
    ],
  }),
  read: operation({
    title: 'Read a resource',
    description:
      'Reads a resource, or a range of its bytes, or some of its lines. Text comes as text, anything else as a base64 blob.',
    params: () =>
      z.object({
        resource: resourceParam(),
        range: z
          .object({
            start: z.int().min(0).describe('The first byte; 0 is the beginning.'),
            end: z.int().min(0).optional().describe('The byte after the last. Default: the end.'),
          })
          .optional()
          .describe('Only these bytes.'),
        lines: z
          .object({
            start: z.int().min(1).describe('The first line; 1 is the beginning.'),
            end: z.int().min(1).optional().describe('The last line. Default: the end.'),
          })
          .optional()
          .describe('Only these lines. Not together with range.'),
        ...readLimits(),
        ifNoneMatch: z
          .string()
          .max(1024)
          .optional()
          .describe('The etag that is known: where it still holds, no content is sent.'),
      }),
    result: () => resourceContent(),
    hints: { readOnly: true },
    errors: ['not-found', 'forbidden', 'payload-too-large', 'upstream-error'],
    examples: [
      { title: 'Read file:///notes.md', params: { resource: 'file:///notes.md' } },
      {
        title: 'Read lines 2 to 3 of file:///data/cities.csv',
        params: { resource: 'file:///data/cities.csv', lines: { start: 2, end: 3 } },
      },
      {
        title: 'Read the first 8 bytes of file:///logo.png',
        params: { resource: 'file:///logo.png', range: { start: 0, end: 8 } },
      },
      { title: 'Read memory:///hello/Ann', params: { resource: 'memory:///hello/Ann' } },
      {
        title: 'Read https://docs.example.org/guide.html',
        params: { resource: 'https://docs.example.org/guide.html' },
      },
    ],
  }),
  readMany: operation({
    title: 'Read several resources',
    description: 'Reads up to 50 resources and answers each on its own: one that fails stops none.',
    params: () =>
      z.object({
        uris: z
          .array(z.string().min(1).max(2048))
          .min(1)
          .max(50)
          .describe('The URIs of the resources.'),
        ...readLimits(),
      }),
    result: () => manyContents(),
    hints: { readOnly: true },
    examples: [
      {
        title: 'Read file:///notes.md and memory:///todo.md',
        params: { uris: ['file:///notes.md', 'memory:///todo.md'] },
      },
    ],
  }),
  stat: operation({
    title: 'Describe a resource',
    description: 'Says what a resource is, how large, and when it was changed, without reading it.',
    params: () => z.object({ resource: resourceParam() }),
    result: () => resourceEntry(),
    hints: { readOnly: true },
    errors: ['not-found', 'forbidden', 'upstream-error'],
    examples: [
      { title: 'How large is file:///notes.md?', params: { resource: 'file:///notes.md' } },
    ],
  }),
  search: operation({
    title: 'Search resources',
    description:
      'Finds resources whose URI, name, description or text holds the words, in any case. Of each text the first MiB is searched. A page may hold fewer than limit: nextCursor says that there is more to search.',
    params: () => {
      const { query: _optional, ...paging } = listParams('URI, name or text')
      return z.object({
        query: z.string().min(1).max(1000).describe('The words, as they stand.'),
        prefix: z.string().max(2048).optional().describe('Only URIs that begin with this.'),
        content: z.boolean().default(true).describe('Whether the texts are searched too.'),
        ...paging,
      })
    },
    result: () => listResult(searchHit()),
    hints: { readOnly: true },
    errors: ['payload-too-large'],
    examples: [
      { title: 'Which resources mention Oslo?', params: { query: 'Oslo' } },
      {
        title: 'Find resources called cities',
        params: { query: 'cities', content: false },
      },
    ],
  }),
}
