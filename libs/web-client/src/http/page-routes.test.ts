import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Hono } from 'hono'
import { afterAll, beforeAll, expect, it } from 'vitest'

import type { App } from './app.ts'
import { addPageRoutes } from './page-routes.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'page-'))
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'index.html'), '<base href="/" /><style nonce="__NONCE__"></style>')
  await writeFile(join(folder, 'assets/app-1a_-B.js'), 'export {}')
  await writeFile(join(folder, 'assets/secret.txt'), 'secret')
})
afterAll(() => rm(folder, { recursive: true }))

function get(path: string, from = folder): Promise<Response> {
  const app: App = new Hono()
  addPageRoutes(app, {
    folder: from,
    prepare: (_, response) => response.headers.append('set-cookie', 'a=b'),
  })
  return Promise.resolve(app.request(`http://localhost${path}`))
}

it.each([
  ['/', './'],
  ['/ui', './'],
  ['/ui/', '../'],
  ['/ui/chat', '../'],
  ['/ui/chat/conv-1', '../../'],
  ['/ui/files/a%2Fb/c?view=raw', '../../../'],
])('serves the page at %s, with files relative to the root', async (path, base) => {
  const response = await get(path)
  expect(response.status).toBe(200)
  expect(await response.text()).toContain(`<base href="${base}" />`)
  expect(response.headers.get('cache-control')).toBe('no-cache')
  expect(response.headers.get('set-cookie')).toBe('a=b')
  const url = new URL(base, `http://localhost${path}`)
  expect(url.pathname).toBe('/')
})

it('allows only its own files and styles with the nonce of the response', async () => {
  const nonces = new Set<string>()
  for (let round = 0; round < 3; round++) {
    const response = await get('/ui/chat')
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).toMatch(/^default-src 'self'; /)
    expect(policy).not.toMatch(/unsafe|\*|https?:/)
    const nonce = /style-src 'self' 'nonce-([^']+)'/.exec(policy)?.[1] ?? ''
    expect(await response.text()).toContain(`<style nonce="${nonce}">`)
    nonces.add(nonce)
  }
  expect(nonces.size).toBe(3)
})

it('serves files of the build as immutable', async () => {
  const response = await get('/assets/app-1a_-B.js')
  expect(response.status).toBe(200)
  expect(response.headers.get('cache-control')).toMatch(/immutable/)
  expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
})

it.each([
  '/assets/missing-1.js',
  '/assets/secret.txt',
  '/assets/..%2Findex.html',
  '/assets/..%2F..%2Fpackage.json',
  '/assets/',
])('returns 404 for %s', async (path) => {
  expect((await get(path)).status).toBe(404)
})

it('sends the page without an ETag, because it has a new nonce each time', async () => {
  expect((await get('/')).headers.has('etag')).toBe(false)
})

it('names the command if the page is not built', async () => {
  const response = await get('/ui/chat', join(folder, 'missing'))
  expect(response.status).toBe(503)
  expect(await response.text()).toContain('npm run build:page -w @mcp/web-client')
})
