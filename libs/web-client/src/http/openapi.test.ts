import type { Hono } from 'hono'
import { afterEach, expect, it, vi } from 'vitest'

import { createWebClient } from '../web-client.ts'

// Routers that the web client creates.
const routers = vi.hoisted((): { routes: { method: string; path: string }[] }[] => [])

vi.mock('hono', async (importOriginal) => {
  const original: { Hono: typeof Hono } = await importOriginal()
  class RecordedHono extends original.Hono {
    constructor() {
      super()
      routers.push(this)
    }
  }
  return { ...original, Hono: RecordedHono }
})

afterEach(() => routers.splice(0))

async function readDocument() {
  const service = createWebClient({})
  const response = await service.fetch(new Request('http://client/openapi.json'))
  const document: unknown = await response.json()
  // The first of them loads the REST API.
  expect((await service.fetch(new Request('http://client/unknown'))).status).toBe(404)
  await service.close()
  return Object(document)
}

/** Routes of the page, which the document does not describe. */
const pageRoutes = /^GET \/(?:$|:file|ui|assets)/

it('describes every route of the web client, and no others', async () => {
  const { paths } = await readDocument()
  const described = Object.entries<object>(paths).flatMap(([path, item]) =>
    Object.keys(item)
      .filter((method) => method !== 'parameters')
      .map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{\w+\}/g, '{}')}`),
  )
  const routes = routers
    .flatMap((router) => router.routes)
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path}`)
    .filter((route) => !pageRoutes.test(route))
    .map((route) => route.replaceAll(/:\w+/g, '{}'))
  expect(routes.length).toBeGreaterThan(30)
  expect(described.toSorted()).toEqual([...new Set(routes)].toSorted())
})

it('has one operation id per call, and resolves every reference', async () => {
  const document = await readDocument()
  const text = JSON.stringify(document)
  const ids = Array.from(text.matchAll(/"operationId":"([^"]+)"/g), ([, id]) => id)
  expect(new Set(ids).size).toBe(ids.length)
  for (const [, path = ''] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
    const target: unknown = path
      .split('/')
      .reduce((value: unknown, key) => Object(value)[key], document)
    expect([path, target]).toEqual([path, expect.anything()])
  }
})
