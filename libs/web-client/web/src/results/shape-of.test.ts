import { expect, it } from 'vitest'

import { shapeOf } from './shape-of.ts'
import type { Shape } from './shape-of.ts'

const png = 'iVBORw0KGgo='
const patch = '@@ -1,2 +1,2 @@\n-old\n+new\n'
const markdown = '# Title\n\nSome **bold** text.'

it.each<[name: string, value: unknown, shape: Shape]>([
  ['nothing', undefined, { kind: 'nothing' }],
  ['null', null, { kind: 'scalar', text: 'null' }],
  ['a number', 12.5, { kind: 'scalar', text: '12.5' }],
  ['a short text', 'HELLO', { kind: 'scalar', text: 'HELLO' }],
  ['an empty text', '', { kind: 'scalar', text: '' }],
  ['lines', 'one\ntwo', { kind: 'text', text: 'one\ntwo' }],
  ['a patch', patch, { kind: 'diff', text: patch }],
  ['Markdown', markdown, { kind: 'markdown', text: markdown }],
  ['JSON in a text', '{"a": [1]}', { kind: 'json', value: { a: [1] } }],
  ['a text like JSON', '[not json]', { kind: 'scalar', text: '[not json]' }],
  ['HTML', '<script>x()</script>', { kind: 'scalar', text: '<script>x()</script>' }],
  ['names', ['a', 'b'], { kind: 'list', items: ['a', 'b'] }],
  ['mixed items', [1, 'b'], { kind: 'json', value: [1, 'b'] }],
  ['an empty list', [], { kind: 'json', value: [] }],
  [
    'records',
    [{ a: 1 }, { a: null, b: 'x' }],
    {
      kind: 'grid',
      grid: {
        columns: [{ name: 'a' }, { name: 'b' }],
        rows: [
          [1, undefined],
          [null, 'x'],
        ],
      },
    },
  ],
  [
    'records without common keys',
    [{ a: 1 }, { b: 1 }, { c: 1 }, { d: 1 }, { e: 1 }],
    { kind: 'json', value: [{ a: 1 }, { b: 1 }, { c: 1 }, { d: 1 }, { e: 1 }] },
  ],
  [
    'messages',
    [{ role: 'user', content: 'Hi' }],
    { kind: 'messages', messages: [{ role: 'user', shape: { kind: 'scalar', text: 'Hi' } }] },
  ],
  [
    'short fields only',
    { path: 'a.txt', size: 12, tags: ['x', 'y'] },
    {
      kind: 'document',
      fields: [
        { name: 'path', text: 'a.txt' },
        { name: 'size', text: '12' },
        { name: 'tags', text: 'x, y' },
      ],
      parts: [],
    },
  ],
  [
    'a short Markdown file',
    { path: 'a.md', encoding: 'utf8', content: 'Hello' },
    {
      kind: 'document',
      fields: [
        { name: 'path', text: 'a.md' },
        { name: 'encoding', text: 'utf8' },
      ],
      parts: [{ name: 'content', shape: { kind: 'markdown', text: 'Hello' } }],
    },
  ],
  [
    'a page of the web as Markdown, with the media type of its source',
    { contentType: 'text/html', content: '<b>x</b>' },
    {
      kind: 'document',
      fields: [{ name: 'contentType', text: 'text/html' }],
      parts: [{ name: 'content', shape: { kind: 'text', text: '<b>x</b>' } }],
    },
  ],
  [
    'an image of a resource',
    { uri: 'file:///a.png', mimeType: 'image/png', blob: png },
    {
      kind: 'document',
      fields: [
        { name: 'uri', text: 'file:///a.png' },
        { name: 'mimeType', text: 'image/png' },
      ],
      parts: [{ name: 'blob', shape: { kind: 'image', mediaType: 'image/png', base64: png } }],
    },
  ],
  [
    'an SVG, which is a document with scripts',
    { mimeType: 'image/svg+xml', blob: png },
    {
      kind: 'document',
      fields: [{ name: 'mimeType', text: 'image/svg+xml' }],
      parts: [{ name: 'blob', shape: { kind: 'binary', mediaType: 'image/svg+xml', bytes: 8 } }],
    },
  ],
])('draws %s', (_name, value, shape) => {
  expect(shapeOf(value)).toEqual(shape)
})

it.each([
  ['records', [{ id: 1, n: null }], { columns: [{ name: 'id', type: 'int' }, { name: 'n' }] }],
  ['arrays', [[1, null]], { columns: [{ name: 'id', type: 'int' }, { name: 'n' }] }],
  [
    'records with keys for repeated names',
    [{ id: 1, id_2: null }],
    {
      columns: [
        { name: 'id', type: 'int' },
        { name: 'id', key: 'id_2' },
      ],
    },
  ],
])('draws the rows of a query as a grid: %s', (_name, rows, { columns }) => {
  const shape = shapeOf({ columns, rows, rowCount: 1, truncated: false })
  expect(shape).toMatchObject({
    kind: 'document',
    fields: [{ name: 'rowCount' }, { name: 'truncated' }],
    parts: [{ name: 'rows', shape: { kind: 'grid', grid: { rows: [[1, null]] } } }],
  })
})

it('draws content blocks, and unknown ones as JSON', () => {
  const content = [
    { type: 'text', text: 'Hi' },
    { type: 'image', mimeType: 'image/png', data: png },
    { type: 'resource_link', uri: 'javascript:alert(1)', name: 'x' },
    { type: 'resource', resource: { uri: 'a', mimeType: 'text/markdown', text: '# T' } },
    { type: 'hologram', depth: 3 },
  ]
  expect(shapeOf({ content, isError: true })).toEqual({
    kind: 'blocks',
    isError: true,
    blocks: [
      { kind: 'drawn', shape: { kind: 'scalar', text: 'Hi' } },
      { kind: 'drawn', shape: { kind: 'image', mediaType: 'image/png', base64: png } },
      { kind: 'link', uri: 'javascript:alert(1)', name: 'x' },
      { kind: 'resource', uri: 'a', shape: { kind: 'markdown', text: '# T' } },
      { kind: 'drawn', shape: { kind: 'json', value: { type: 'hologram', depth: 3 } } },
    ],
  })
})
