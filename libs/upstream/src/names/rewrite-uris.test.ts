import { expect, it } from 'vitest'

import { rewriteEntry, rewriteResult } from './rewrite-uris.ts'
import { createUris } from './uris.ts'

const uris = createUris('notes')

it('rewrites the page of a tool of MCP Apps, and keeps everything else', () => {
  const tool = {
    name: 'get-time',
    icons: [{ src: 'https://example.org/a.png' }],
    _meta: {
      ui: { resourceUri: 'ui://app/a.html', visibility: ['model'] },
      'ui/resourceUri': 'ui://app/a.html',
      'example.org/x': { resourceUri: 'ui://app/a.html' },
    },
    future: { uri: 'file:///a' },
  }
  expect(rewriteEntry(tool, uris)).toEqual({
    ...tool,
    _meta: {
      ...tool['_meta'],
      ui: { resourceUri: 'ui://notes/app/a.html', visibility: ['model'] },
      'ui/resourceUri': 'ui://notes/app/a.html',
    },
  })
})

it('rewrites links and embedded resources of a tool result, never its text', () => {
  const result = {
    content: [
      { type: 'text', text: 'see file:///a', annotations: { audience: ['user'] } },
      { type: 'resource_link', uri: 'file:///a', name: 'a' },
      { type: 'resource', resource: { uri: 'file:///b', text: 'file:///c' }, extra: 1 },
      { type: 'hologram', uri: 'file:///d' },
    ],
    structuredContent: { uri: 'file:///a' },
    isError: true,
    _meta: { trace: 'x' },
  }
  expect(rewriteResult(result, uris)).toEqual({
    ...result,
    content: [
      result.content[0],
      { type: 'resource_link', uri: 'notes+file:///a', name: 'a' },
      { type: 'resource', resource: { uri: 'notes+file:///b', text: 'file:///c' }, extra: 1 },
      result.content[3],
    ],
  })
})

it('rewrites the messages of a prompt and the contents of a resource', () => {
  const embedded = { type: 'resource', resource: { uri: 'file:///a', text: '' } }
  const result = {
    messages: [
      { role: 'user', content: embedded },
      { role: 'user', content: [embedded] },
    ],
    contents: [{ uri: 'file:///a', blob: 'AA==', _meta: { ui: { csp: {} } } }],
  }
  const rewritten = { type: 'resource', resource: { uri: 'notes+file:///a', text: '' } }
  expect(rewriteResult(result, uris)).toEqual({
    messages: [
      { role: 'user', content: rewritten },
      { role: 'user', content: [rewritten] },
    ],
    contents: [{ uri: 'notes+file:///a', blob: 'AA==', _meta: { ui: { csp: {} } } }],
  })
})
