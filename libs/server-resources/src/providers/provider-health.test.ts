import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, it, onTestFinished } from 'vitest'

import { createTemporaryFolder } from '../fixtures/temporary-folder.ts'
import { resourcesServer } from '../resources-server.ts'
import { fileResources } from './files/file-resources.ts'
import { memoryResources } from './memory/memory-resources.ts'

it('reports a folder that is missing, and recovers', async () => {
  const temporary = await createTemporaryFolder()
  onTestFinished(() => temporary.remove())
  const { path } = temporary
  const folder = join(path, 'docs')
  const files = fileResources({ folder, name: 'docs', writable: true })
  const server = resourcesServer({ providers: [files, memoryResources()] })
  const alone = resourcesServer({ providers: [fileResources({ folder, name: 'docs' })] })
  onTestFinished(() => server.close())
  onTestFinished(() => alone.close())
  expect(await server.health()).toEqual({ state: 'healthy' })
  await rename(folder, `${folder}-away`)
  const reason = expect.stringContaining('The folder docs cannot be opened.')
  expect(await server.health()).toEqual({ state: 'degraded', reason })
  expect(await alone.health()).toEqual({ state: 'unhealthy', reason })
  await rm(folder, { force: true })
  await rename(`${folder}-away`, folder)
  expect(await server.health()).toEqual({ state: 'healthy' })
})
