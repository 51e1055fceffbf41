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

/** Operations that find and read resources. */
export const readingOperations = {
  list: operation({
    title: 'List resources',
    description:
      'Lists the available resources, by URI. Resources of URI templates are not listed; listTemplates lists their templates.',
    params: () =>
      z.object({
        scheme: z
          .string()
          .regex(/^[a-z][a-z0-9+.-]*$/, 'must be a scheme such as file, without a colon')
          .optional()
          .describe('Returns only URIs with this scheme, such as file.'),
        prefix: z.string().max(2048).optional().describe('Only URIs with this prefix.'),
        mimeType: z
          .string()
          .max(255)
          .optional()
          .describe(
            'Returns only this media type, such as text/markdown, or image/* for all images.',
          ),
        ...listParams('URI, name or description'),
      }),
    result: () => listResult(resourceEntry()),
    hints: { readOnly: true },
    core: true,
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
      'Reads a resource, a range of its bytes, or some of its lines. Text is returned as text, other data as a base64 blob.',
    params: () =>
      z.object({
        resource: resourceParam(),
        range: z
          .object({
            start: z.int().min(0).describe('First byte, counted from 0.'),
            end: z
              .int()
              .min(0)
              .optional()
              .describe('End, exclusive. Default: the end of the resource.'),
          })
          .optional()
          .describe('Only these bytes.'),
        lines: z
          .object({
            start: z.int().min(1).describe('First line, counted from 1.'),
            end: z.int().min(1).optional().describe('Last line. Default: the end of the resource.'),
          })
          .optional()
          .describe('Only these lines. Cannot be combined with range.'),
        ...readLimits(),
        ifNoneMatch: z
          .string()
          .max(1024)
          .optional()
          .describe(
            'Etag of a previous read. If the resource still has this etag, no content is returned.',
          ),
      }),
    result: () => resourceContent(),
    hints: { readOnly: true },
    core: true,
    errors: ['not-found', 'forbidden', 'payload-too-large', 'upstream-error'],
    examples: [
      { title: 'Read file:///notes.md', params: { resource: 'file:///notes.md' } },
      {
        title: 'Read lines 2 to 3 of file:///data/cities.csv',
        params: { resource: 'file:///data/cities.csv', lines: { start: 2, end: 3 } },
      },
      {
        title: 'Read the first 8 bytes of file:///notes.md',
        params: { resource: 'file:///notes.md', range: { start: 0, end: 8 } },
      },
      {
        title: 'Read memory:///hello/Ann',
        params: { resource: 'memory:///hello/Ann' },
        requires: 'the template memory:///hello/{name}',
      },
      {
        title: 'Read https://docs.example.org/guide.html',
        params: { resource: 'https://docs.example.org/guide.html' },
        requires: 'a URL of RESOURCES_URLS',
      },
    ],
  }),
  readMany: operation({
    title: 'Read several resources',
    description:
      'Reads up to 50 resources and returns a result or an error for each. A failed read does not stop the others.',
    params: () =>
      z.object({
        uris: z
          .array(z.string().min(1).max(2048))
          .min(1)
          .max(50)
          .describe('URIs of the resources.'),
        ...readLimits(),
      }),
    result: () => manyContents(),
    hints: { readOnly: true },
    examples: [
      {
        title: 'Read file:///notes.md and file:///todo.md',
        params: { uris: ['file:///notes.md', 'file:///todo.md'] },
      },
    ],
  }),
  stat: operation({
    title: 'Describe a resource',
    description: 'Returns the type, size and time of change of a resource, without reading it.',
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
      'Finds resources whose URI, name, description or text contains the query, ignoring case. The first MiB of each text is searched. A page may have fewer items than limit; if nextCursor is present, there is more to search.',
    params: () => {
      const { query: _optional, ...paging } = listParams('URI, name or text')
      return z.object({
        query: z.string().min(1).max(1000).describe('The exact text to find.'),
        prefix: z.string().max(2048).optional().describe('Only URIs with this prefix.'),
        content: z.boolean().default(true).describe('If true, searches the texts too.'),
        ...paging,
      })
    },
    result: () => listResult(searchHit()),
    hints: { readOnly: true },
    core: true,
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
