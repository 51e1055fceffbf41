import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, it, onTestFinished } from 'vitest'

import { rootsServer } from '../roots-server.ts'

it('reports the roots whose folder was removed until it is restored', async () => {
  const base = await mkdtemp(join(tmpdir(), 'mcp-roots-'))
  const docs = join(base, 'docs')
  const notes = join(base, 'notes')
  await Promise.all([mkdir(docs), mkdir(notes)])
  const server = rootsServer({
    roots: [
      { name: 'docs', path: docs },
      { name: 'notes', path: notes },
    ],
  })
  onTestFinished(async () => {
    await server.close()
    await rm(base, { recursive: true })
  })
  const health = async () => (await server.fetch(new Request('http://roots/health'))).json()
  expect(await health()).toEqual({ state: 'healthy' })

  await rm(docs, { recursive: true })
  expect(await health()).toEqual({
    state: 'degraded',
    reason: expect.stringContaining('cannot be opened: "docs".'),
  })
  await rm(notes, { recursive: true })
  expect(await health()).toMatchObject({ state: 'unhealthy' })

  await Promise.all([mkdir(docs), mkdir(notes)])
  expect(await health()).toEqual({ state: 'healthy' })
})
