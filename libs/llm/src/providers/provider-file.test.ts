import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, it } from 'vitest'

import { openProviderFile } from './provider-file.ts'
import { createProviders } from './providers.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'providers-'))
})
afterEach(() => rm(folder, { recursive: true }))

it.skipIf(process.platform === 'win32')(
  'keeps the settings in a file that only this user can read, over a restart',
  async () => {
    const file = join(folder, 'data', 'providers.json')
    const first = createProviders({}, await openProviderFile(file))
    await Promise.all([
      first.configure('openai', { key: 'k1' }),
      first.configure('ollama', { model: 'small' }),
    ])
    const second = createProviders({}, await openProviderFile(file))
    expect(second.ready().map(({ id }) => id)).toEqual(['openai', 'ollama'])
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readdir(join(folder, 'data'))).toEqual(['providers.json'])
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
      openai: { key: 'k1' },
      ollama: { model: 'small' },
    })
  },
)

it.each([
  ['no JSON', '{"openai":{"key":"secret"'],
  ['another shape', '{"openai":{"key":["secret"]}}'],
  ['a bad address', '{"openai":{"key":"secret","url":"none"}}'],
])('refuses a file with %s, without its content', async (_name, text) => {
  const file = join(folder, 'providers.json')
  await writeFile(file, text)
  const error = await openProviderFile(file).catch(String)
  expect(error).toContain('Correct or delete it.')
  expect(error).not.toContain('secret')
})
