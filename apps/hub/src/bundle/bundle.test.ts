import { readFileSync, utimesSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'

import type { Metafile } from 'esbuild'
import { afterAll, beforeAll, expect, it } from 'vitest'

import { buildBundle } from './build-bundle.ts'
import { buildPage } from './build-page.ts'
import { appFolder, readBuildState } from './bundle-manifest.ts'

let metafile: Metafile
beforeAll(async () => {
  metafile = await buildBundle()
}, 60_000)
afterAll(buildBundle, 60_000)

it('is current after it was built, and outdated after a source has changed', async () => {
  const built = readBuildState('hub')
  expect(built).toMatchObject({ state: 'current' })
  utimesSync(join(appFolder, 'src/servers.ts'), new Date(), new Date())
  expect(readBuildState('hub')).toEqual({ state: 'outdated' })
  await buildBundle()
  // The content is the same, so the hash in the name is the same.
  expect(readBuildState('hub')).toEqual(built)
  expect(basename(built.state === 'current' ? built.entry : '')).toMatch(/^main-[A-Z0-9]{8}\.js$/)
}, 60_000)

it('builds the page again after one of its sources has changed', async () => {
  await buildPage()
  const built = readBuildState('page')
  expect(built).toMatchObject({ state: 'current' })
  const page = await readFile(built.state === 'current' ? built.entry : '', 'utf8')
  expect(page).toMatch(/src="\.\/assets\/[\w-]+\.js"/)
  for (const source of ['web-client/web/src/main.tsx', 'protocol/src/errors/mcp-error.ts']) {
    utimesSync(join(appFolder, '../../libs', source), new Date(), new Date())
    expect(readBuildState('page')).toEqual({ state: 'outdated' })
    await buildPage()
    expect(readBuildState('page')).toEqual(built)
  }
}, 60_000)

/** Returns the files that a start loads: the entry and all files that it imports statically. */
function filesAtStart(): string[] {
  const entry = Object.keys(metafile.outputs).find(
    (path) => metafile.outputs[path]?.entryPoint === 'src/main.ts',
  )
  const files = new Set([entry ?? ''])
  for (const file of files) {
    for (const { path, kind, external } of metafile.outputs[file]?.imports ?? []) {
      if (kind === 'import-statement' && external !== true) files.add(path)
    }
  }
  return [...files]
}

/** Returns the sources that a start loads. */
function sourcesAtStart(): string[] {
  return filesAtStart().flatMap((file) => Object.keys(metafile.outputs[file]?.inputs ?? {}))
}

it.each([
  '@ai-sdk/',
  '@modelcontextprotocol/',
  '@electric-sql/pglite/',
  'mathjs/',
  'jsdom/',
  'pg/',
  'mysql2/',
  'ky/',
])('does not load %s at the start', (name) => {
  const sources = sourcesAtStart()
  expect(sources.length).toBeGreaterThan(100)
  expect(sources.filter((path) => path.includes(`node_modules/${name}`))).toEqual([])
})

it.each([
  'conversations/src/create-conversations.ts',
  'direct-forms/',
  'protocol/src/rest/conversation-schemas.ts',
  'web-client/src/http/openapi.ts',
])('does not load libs/%s at the start', (path) => {
  expect(sourcesAtStart().filter((source) => source.includes(`libs/${path}`))).toEqual([])
})

it('starts the workers in the bundle', () => {
  const names = Object.keys(metafile.outputs).map((path) => basename(path))
  const code = names.map((name) => readFileSync(join(appFolder, 'dist', name), 'utf8')).join('')
  expect(code).not.toMatch(/import\.meta\.resolve\("@mcp\//)
  const started = new Set(
    Array.from(code.matchAll(/new URL\("\.\/([^"]+worker[^"]+)"/g), ([, name]) => name),
  )
  expect(started.size).toBe(8)
  expect([...started].filter((name) => !names.includes(name ?? ''))).toEqual([])
})

it('contains only ASCII, which V8 keeps in one byte per character', () => {
  const files = filesAtStart().map((file) => readFileSync(join(appFolder, file), 'utf8'))
  expect(files.filter((text) => /[^\0-\x7F]/.test(text))).toEqual([])
})
