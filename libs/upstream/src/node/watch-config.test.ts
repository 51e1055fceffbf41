import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import type { UpstreamConfig } from '../config/parse-config.ts'
import { configFiles } from './config-files.ts'
import type { WatchedConfig } from './watch-config.ts'
import { watchConfig } from './watch-config.ts'

let folder: string
let file: string
let watched: WatchedConfig | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mcp-config-'))
  file = join(folder, 'mcp.json')
})
afterEach(() => {
  watched?.stop()
  watched = undefined
  rmSync(folder, { recursive: true })
})

const content = (...names: readonly string[]) =>
  JSON.stringify({ mcpServers: Object.fromEntries(names.map((name) => [name, { command: 'x' }])) })

function watch(files: readonly string[] = [file], isRequired = true) {
  const changes: string[][] = []
  const invalid: string[] = []
  watched = watchConfig(files, {
    isRequired,
    onChange: ({ entries }: UpstreamConfig) => changes.push(entries.map(({ name }) => name)),
    onInvalid: ({ message }) => invalid.push(message),
  })
  return { watched, changes, invalid }
}

it('reads the file and its changes within two seconds, also if it is replaced', async () => {
  writeFileSync(file, content('a'))
  const { watched: config, changes, invalid } = watch()
  expect(config.initial.entries).toMatchObject([{ name: 'a' }])
  writeFileSync(file, content('b'))
  await vi.waitFor(() => expect(changes).toEqual([['b']]), 2000)
  writeFileSync(`${file}.new`, content('c'))
  renameSync(`${file}.new`, file)
  await vi.waitFor(() => expect(changes).toEqual([['b'], ['c']]), 2000)
  expect(invalid).toEqual([])
})

it('reports an invalid file once, and reads it when it is valid again', async () => {
  writeFileSync(file, content('a'))
  const { changes, invalid } = watch()
  writeFileSync(file, '{')
  await vi.waitFor(() => expect(invalid).toHaveLength(1), 3000)
  writeFileSync(file, '{ ')
  rmSync(file)
  await vi.waitFor(() => expect(invalid).toHaveLength(2), 3000)
  writeFileSync(file, content('a', 'b'))
  await vi.waitFor(() => expect(changes).toEqual([['a', 'b']]), 2000)
  expect(invalid).toEqual([
    expect.stringContaining('It is not valid JSON'),
    expect.stringContaining('It does not exist. Create it'),
  ])
})

it('refuses a missing or invalid file at the start, and waits for one that is not required', async () => {
  expect(() => watch()).toThrow('It does not exist. Create it, or correct MCP_CONFIG.')
  const { watched: config, changes } = watch([join(folder, 'other.json'), file], false)
  expect(config.file).toBeUndefined()
  writeFileSync(file, content('a'))
  await vi.waitFor(() => expect(changes).toEqual([['a']]), 2000)
  expect(config.file).toBe(file)
  config.stop()
  writeFileSync(file, '[]')
  expect(() => watch()).toThrow('It must contain an object with "mcpServers".')
})

it('looks for the file at the configured path, or in the usual folders', () => {
  expect(configFiles({ configured: 'a.json', folder: '/srv' })).toEqual(['/srv/a.json'])
  const variables = { XDG_CONFIG_HOME: '/home/ann/.config' }
  expect(configFiles({ folder: '/srv', variables })).toEqual([
    '/srv/mcp.json',
    '/home/ann/.config/mcp/mcp.json',
  ])
})
