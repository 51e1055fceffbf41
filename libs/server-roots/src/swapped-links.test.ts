import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, readdir, readlink, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { withFile, writeFileAtomically } from '@mcp/files'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import type { Workspace } from './fixtures/workspace.ts'
import { canary, openWorkspace, refusalOf } from './fixtures/workspace.ts'
import { createFolders } from './roots/folder.ts'
import { createRoot } from './roots/root.ts'
import { withEntry } from './paths/root-entry.ts'

let workspace: Workspace
let outsideFolder: string

beforeEach(async () => {
  workspace = await openWorkspace({ files: { 'folder/canary.txt': 'inside' } })
  outsideFolder = join(workspace.outside, 'elsewhere')
  await mkdir(outsideFolder)
  await writeFile(join(outsideFolder, 'canary.txt'), canary)
})

afterEach(() => workspace.close())

/** Starts a process that repeats steps in a loop, with pauses of up to a millisecond. */
function interfere(steps: string): () => Promise<void> {
  const script = `
    import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
    const [folder, outside] = process.argv.slice(1)
    const rest = () => {
      const until = performance.now() + Math.random()
      while (performance.now() < until);
    }
    const attempt = (step) => { try { step() } catch {} }
    for (;;) { ${steps} }
  `
  const folder = join(workspace.path, 'folder')
  const args = ['--input-type=module', '--eval', script, folder, outsideFolder]
  const other = spawn(process.execPath, args, { stdio: 'ignore' })
  return async () => {
    const exited = once(other, 'exit')
    other.kill('SIGKILL')
    await exited
  }
}

/** Repeatedly swaps the directory for a link to a directory outside, and back. */
const swapFolder = () =>
  interfere(`
    attempt(() => renameSync(folder, folder + '-aside'))
    attempt(() => symlinkSync(outside, folder))
    rest()
    attempt(() => rmSync(folder))
    attempt(() => renameSync(folder + '-aside', folder))
    attempt(() => mkdirSync(folder))
    attempt(() => writeFileSync(folder + '/canary.txt', 'inside', { flag: 'wx' }))
    rest()
  `)

/** Repeatedly swaps the file for a link to a file outside, and back. */
const swapFile = () =>
  interfere(`
    const file = folder + '/canary.txt'
    attempt(() => mkdirSync(folder))
    attempt(() => symlinkSync(outside + '/canary.txt', file + '-link'))
    attempt(() => renameSync(file + '-link', file))
    rest()
    attempt(() => writeFileSync(file + '-file', 'inside'))
    attempt(() => renameSync(file + '-file', file))
    rest()
  `)

const rounds = Number(process.env['SWAP_ROUNDS'] ?? 120)

describe.each([
  { what: 'a directory above the file', swap: swapFolder },
  { what: 'the file', swap: swapFile },
])('while another process swaps $what for a link to the outside', ({ swap }) => {
  it('reads only what is inside', async () => {
    const stop = swap()
    const contents = new Set<string>()
    let round = 0
    const seen = (part: string) => Array.from(contents).some((content) => content.includes(part))
    while (++round < rounds || !seen('"content":"inside"') || !seen('path-escape')) {
      const outcome = await workspace.call('readFile', { path: 'folder/canary.txt' })
      contents.add(JSON.stringify(outcome))
    }
    await stop()
    const read = Array.from(contents).join('\n')
    expect(read).not.toContain(canary)
    expect(read).not.toContain(workspace.outside)
  })

  it('changes only what is inside', async () => {
    const stop = swap()
    let changes = 0
    for (let round = 0; round < rounds; round++) {
      const path = `folder/${round % 2 === 0 ? 'canary' : `new-${round}`}.txt`
      const content = `inside, round ${round}`
      const outcome = JSON.stringify(await workspace.call('writeFile', { path, content }))
      if (outcome.includes('"etag"')) changes++
      await workspace.call('appendFile', { path, content: '.' })
      await workspace.call('copy', { path: 'folder/canary.txt', to: `folder/copy-${round}` })
      await workspace.call('delete', { path: `folder/copy-${round}` })
      await workspace.call('createDirectory', { path: `folder/made-${round}` })
    }
    await stop()
    expect(changes).toBeGreaterThan(0)
    expect(await readdir(outsideFolder)).toEqual(['canary.txt'])
    expect(await readFile(join(outsideFolder, 'canary.txt'), 'utf8')).toBe(canary)
  }, 60_000)

  it('finds, lists and deletes only what is inside', async () => {
    const stop = swap()
    for (let round = 0; round < rounds / 4; round++) {
      const found = await workspace.call('searchText', { pattern: canary })
      expect(found).not.toHaveProperty('matches.0')
      await workspace.call('delete', { path: 'folder', recursive: true })
    }
    await stop()
    expect(await readFile(join(outsideFolder, 'canary.txt'), 'utf8')).toBe(canary)
  }, 60_000)
})

describe.each([{ byDescriptor: true }, { byDescriptor: false }])(
  'a directory that is swapped between resolving and using it, by descriptor: $byDescriptor',
  ({ byDescriptor }) => {
    const openRoot = () => {
      const definition = { name: 'workspace', path: workspace.path }
      const [folder] = createFolders([definition], byDescriptor).values()
      if (folder === undefined) return expect.fail('There is no folder.')
      return createRoot({ name: 'workspace', folder, prefix: '' }, {})
    }
    const swapNow = async () => {
      await rename(join(workspace.path, 'folder'), join(workspace.path, 'aside'))
      await symlink(outsideFolder, join(workspace.path, 'folder'))
    }

    it('is not read', async () => {
      const reading = withEntry(openRoot(), 'folder/canary.txt', {}, async (entry) => {
        await swapNow()
        return withFile(entry, ({ handle }) => handle.readFile('utf8'))
      })
      await expect(reading).rejects.toMatchObject({ details: { reason: 'moved' } })
    })

    it('leaves no descriptor open', async () => {
      const open = async () => {
        const descriptors = (await readdir('/proc/self/fd')).map((name) => `/proc/self/fd/${name}`)
        const paths = await Promise.all(descriptors.map((each) => readlink(each).catch(() => '')))
        return paths.filter((path) => path.startsWith(workspace.outside))
      }
      const root = openRoot()
      for (const path of ['', 'folder', 'folder/canary.txt', '../x', 'folder/not/there']) {
        await withEntry(root, path, {}, async (entry) => entry.path).catch(() => {})
      }
      expect(await open()).toEqual([])
    })

    it('is not written to', async () => {
      const writing = withEntry(openRoot(), 'folder/canary.txt', {}, async (entry) => {
        await writeFileAtomically(entry, (handle) => handle.writeFile('changed'), {
          replaces: entry.stats,
          beforeReplacing: swapNow,
        })
      })
      await expect(writing).rejects.toMatchObject({ details: { reason: 'moved' } })
      expect(await readFile(join(outsideFolder, 'canary.txt'), 'utf8')).toBe(canary)
      expect(await readdir(outsideFolder)).toEqual(['canary.txt'])
    })
  },
)

it('uses the original root after a link has replaced it', async () => {
  const params = { path: 'canary.txt', content: 'changed' }
  await workspace.call('listDirectory')
  await rename(workspace.path, `${workspace.path}-aside`)
  await symlink(outsideFolder, workspace.path)
  const outcomes = [
    await workspace.call('readFile', params),
    await workspace.call('writeFile', params),
    await workspace.call('listDirectory'),
    await workspace.call('searchText', { pattern: canary }),
  ]
  expect(outcomes.map(refusalOf)).not.toContain(undefined)
  expect(JSON.stringify(outcomes)).not.toContain(canary)
  expect(await readFile(join(outsideFolder, 'canary.txt'), 'utf8')).toBe(canary)
})
