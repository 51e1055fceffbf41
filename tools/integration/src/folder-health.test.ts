import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { isRecord } from '@mcp/protocol'
import { afterEach, expect, it } from 'vitest'

import { waitUntil } from './running-app.ts'
import { startHub } from './system.ts'

const stops: (() => Promise<unknown> | void)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop()
}, 30_000)

it('reports folders that are removed or replaced by a file, and recovers', async () => {
  const base = mkdtempSync(join(tmpdir(), 'mcp-folders-'))
  stops.push(() => rmSync(base, { recursive: true, force: true }))
  const folders = { resources: 'documents', prompts: 'templates', roots: 'files' } as const
  const pathOf = (server: keyof typeof folders) => join(base, folders[server])
  for (const name of Object.values(folders)) mkdirSync(join(base, name))
  const hub = await startHub({
    MCP_DATA_DIR: join(base, 'data'),
    RESOURCES_FOLDERS: `documents=${pathOf('resources')}:rw`,
    PROMPTS_DIR: pathOf('prompts'),
    ROOTS: `files=${pathOf('roots')}:rw`,
  })
  stops.push(() => hub.stop())
  const readDegraded = async (): Promise<string[]> => {
    const response = await fetch(`${hub.sessionManagerUrl}/ready`)
    expect(response.status).toBe(200)
    const body: unknown = await response.json()
    const list = isRecord(body) ? body['degraded'] : undefined
    return Array.isArray(list) ? list.map(String).toSorted() : []
  }
  const logged = (text: string) =>
    hub.app
      .output()
      .split('\n')
      .filter((line) => line.includes(text))
  expect(await readDegraded()).toEqual([])

  const names = ['prompts', 'resources', 'roots'] as const
  for (const [index, isFile] of [false, true].entries()) {
    for (const name of names) {
      renameSync(pathOf(name), `${pathOf(name)}-away`)
      if (isFile) writeFileSync(pathOf(name), 'not a folder')
    }
    await waitUntil(
      'the servers are degraded',
      async () => (await readDegraded()).length === names.length,
    )
    expect(await readDegraded()).toEqual(names)
    for (const name of names) {
      const lines = logged('Server is ').filter((line) => line.includes(`"server":"${name}"`))
      const bad = lines.filter((line) => /Server is (degraded|unhealthy)/.test(line))
      expect(bad).toHaveLength(index + 1)
      expect(bad[index]).toContain(folders[name])
    }
    for (const name of names) {
      rmSync(pathOf(name), { recursive: true, force: true })
      renameSync(`${pathOf(name)}-away`, pathOf(name))
    }
    await waitUntil('the servers are healthy', async () => (await readDegraded()).length === 0)
    expect(logged('Server is healthy')).toHaveLength((index + 1) * names.length)
  }
}, 120_000)
