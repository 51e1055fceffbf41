import { execFileSync } from 'node:child_process'
import { symlinkSync } from 'node:fs'
import { link, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'

import { expectSteadyLoop } from '@mcp/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import type { Call } from '../../fixtures/call.ts'
import { createCall } from '../../fixtures/call.ts'
import type { TemporaryFolder } from '../../fixtures/temporary-folder.ts'
import { createTemporaryFolder } from '../../fixtures/temporary-folder.ts'
import { resourcesServer } from '../../resources-server.ts'
import { fileResources } from './file-resources.ts'

const secret = 'the secret outside'

let outside: TemporaryFolder
let inside: TemporaryFolder
let server: ReturnType<typeof resourcesServer>
let call: Call
beforeEach(async () => {
  outside = await createTemporaryFolder({ 'secret.txt': secret, 'folder/secret.txt': secret })
  inside = await createTemporaryFolder({
    'notes.md': 'notes',
    'sub/deep.md': 'deep',
    '.env': 'K=1',
  })
  server = resourcesServer({
    checkResults: true,
    providers: [
      fileResources({ folder: inside.path, writable: true }),
      fileResources({ folder: inside.path, name: 'docs' }),
    ],
  })
  call = createCall(server)
})
afterEach(async () => {
  await server.close()
  await inside.remove()
  await outside.remove()
})

/** Calls every operation that accesses a single resource. */
async function tryAll(resource: string): Promise<unknown[]> {
  return [
    await call('read', { resource }),
    await call('stat', { resource }),
    await call('update', { resource, content: 'overwritten' }),
    await call('delete', { resource }),
  ]
}

describe.each([
  'file:///../secret.txt',
  'file:///sub/../../secret.txt',
  'file:///%2e%2e/secret.txt',
  'file:///%2E./secret.txt',
  'file:///sub/%2e%2e%2f%2e%2e%2fsecret.txt',
  'file:///..%2Fsecret.txt',
  'file:///..%5Csecret.txt',
  'file:///..\\secret.txt',
  'file:///%2Fetc%2Fpasswd',
  'file:///sub/.',
  'file:///notes.md%00.txt',
  'file:///docs/../../secret.txt',
])('%s', (resource) => {
  it('is refused by every operation as a path escape', async () => {
    const refused = expect.objectContaining({
      code: 'forbidden',
      details: expect.objectContaining({ reason: 'path-escape' }),
    })
    expect(await tryAll(resource)).toEqual([refused, refused, refused, refused])
    expect(await call('create', { resource, content: 'x' })).toEqual(refused)
    expect(await call('subscribe', { resource })).toEqual(refused)
  })
})

it.each([
  ['file:////etc/passwd', 'uri-syntax'],
  ['file:///', 'uri-syntax'],
  ['file:///sub/', 'uri-syntax'],
  ['file:///notes.md?x', 'uri-syntax'],
  ['file:///notes.md#x', 'uri-syntax'],
  ['file:///%zz', 'uri-syntax'],
  ['file:///.env', 'hidden-file'],
  ['file:///sub/.git/config', 'hidden-file'],
])('%s is rejected: %s', async (resource, reason) => {
  expect(await call('read', { resource })).toMatchObject({ details: { reason } })
})

it.each(['file://localhost/etc/passwd', 'file:/etc/passwd', 'file:notes.md', '/etc/passwd'])(
  '%s matches no provider',
  async (resource) => {
    expect(await call('read', { resource })).toMatchObject({ code: 'not-found' })
  },
)

it('decodes a URI only once', async () => {
  const resource = 'file:///%252e%252e%252fsecret.txt'
  expect(await call('read', { resource })).toMatchObject({ code: 'not-found' })
})

describe('a link that leads out of the folder', () => {
  const refused = expect.objectContaining({
    code: 'forbidden',
    details: expect.objectContaining({ reason: 'path-escape' }),
  })

  it('is refused if it leads to a file', async () => {
    await symlink(join(outside.path, 'secret.txt'), join(inside.path, 'link.txt'))
    const results = await tryAll('file:///link.txt')
    expect(results).toEqual([refused, refused, refused, refused])
    expect(await readFile(join(outside.path, 'secret.txt'), 'utf8')).toBe(secret)
  })

  it('is refused if it leads to a folder', async () => {
    await symlink(join(outside.path, 'folder'), join(inside.path, 'linked'))
    expect(await tryAll('file:///linked/secret.txt')).toEqual([refused, refused, refused, refused])
    expect(await call('create', { resource: 'file:///linked/new.txt', content: 'x' })).toEqual(
      refused,
    )
    expect(await call('create', { resource: 'file:///linked/a/b.txt', content: 'x' })).toEqual(
      refused,
    )
    expect(await readdir(join(outside.path, 'folder'))).toEqual(['secret.txt'])
  })

  it('is not listed, searched or completed', async () => {
    await symlink(join(outside.path, 'secret.txt'), join(inside.path, 'link.txt'))
    await symlink(join(outside.path, 'folder'), join(inside.path, 'linked'))
    const found = [
      await call('list'),
      await call('search', { query: 'secret' }),
      await call('complete', { template: 'file:///{+path}', variable: 'path', value: 'link' }),
    ]
    expect(JSON.stringify(found)).not.toMatch(/link|secret/)
  })
})

it('follows a link within the folder, and writes to its target', async () => {
  await symlink('sub/deep.md', join(inside.path, 'link.md'))
  expect(await call('read', { resource: 'file:///link.md' })).toMatchObject({ text: 'deep' })
  await call('update', { resource: 'file:///link.md', content: 'changed' })
  expect(await readFile(join(inside.path, 'sub/deep.md'), 'utf8')).toBe('changed')
})

it('creates nothing through a dangling link', async () => {
  await symlink(join(outside.path, 'new.txt'), join(inside.path, 'dangling.txt'))
  const created = await call('create', { resource: 'file:///dangling.txt', content: 'x' })
  expect(created).toMatchObject({ code: 'forbidden', details: { reason: 'path-escape' } })
  expect(await readdir(outside.path)).not.toContain('new.txt')
})

it('leaks nothing while a folder is swapped for a link and back', async () => {
  const real = join(inside.path, 'sub')
  const aside = join(inside.path, 'aside')
  await outside.write('deep.md', secret)
  const swapped = new AbortController()
  async function swap(): Promise<void> {
    while (!swapped.signal.aborted) {
      await rename(real, aside)
      symlinkSync(outside.path, real)
      await new Promise((resolve) => setImmediate(resolve))
      await rm(real)
      await rename(aside, real)
    }
  }
  const swapping = swap()
  const outcomes = new Set<string>()
  for (let round = 0; round < 300; round++) {
    const read = await call('read', { resource: 'file:///sub/deep.md' })
    const written = await call('update', { resource: 'file:///sub/deep.md', content: `${round}` })
    outcomes.add(JSON.stringify(read).includes(secret) ? 'leaked' : 'safe')
    outcomes.add(JSON.stringify([read, written]).includes('internal') ? 'failed' : 'handled')
  }
  swapped.abort()
  await swapping
  expect([...outcomes].toSorted()).toEqual(['handled', 'safe'])
  expect(await readdir(outside.path)).toEqual(['deep.md', 'folder', 'secret.txt'])
  expect(await readFile(join(outside.path, 'deep.md'), 'utf8')).toBe(secret)
})

// Skipped for root, which can access every folder.
it.skipIf(process.getuid?.() === 0)(
  'lists and watches other folders if one is not accessible',
  async () => {
    await mkdir(join(inside.path, 'locked'), { mode: 0o000 })
    expect(await call('list', { prefix: 'file:///sub' })).toMatchObject({
      items: [{ uri: 'file:///sub/deep.md' }],
    })
    expect(await call('subscribe', { pattern: 'file:///**' })).toMatchObject({ subscriptions: 1 })
  },
)

describe('an entry that is not a regular file', () => {
  const refused = expect.objectContaining({
    code: 'invalid-params',
    details: expect.objectContaining({ reason: 'not-a-file' }),
  })

  it('is refused immediately if it is a pipe', async () => {
    execFileSync('mkfifo', [join(inside.path, 'pipe')])
    await expectSteadyLoop(async () => {
      expect(await tryAll('file:///pipe')).toEqual([refused, refused, refused, refused])
    })
  })

  it('is refused if it is a socket', async () => {
    const listener = createServer().listen(join(inside.path, 'socket'))
    await new Promise((resolve) => listener.once('listening', resolve))
    expect(await tryAll('file:///socket')).toEqual([refused, refused, refused, refused])
    listener.close()
  })

  it('is refused if it is a folder', async () => {
    expect(await tryAll('file:///sub')).toEqual([refused, refused, refused, refused])
  })

  it('is not listed', async () => {
    execFileSync('mkfifo', [join(inside.path, 'pipe')])
    expect(JSON.stringify(await call('list'))).not.toContain('pipe')
  })
})

it.each(['/dev', '/proc/self'])('refuses every file of the special folder %s', async (path) => {
  const special = resourcesServer({ providers: [fileResources({ folder: path })] })
  const read = createCall(special)
  await expectSteadyLoop(async () => {
    for (const resource of ['file:///null', 'file:///zero', 'file:///environ']) {
      expect(await read('read', { resource, maxBytes: 16 })).toMatchObject({
        code: 'unavailable',
        details: { reason: 'special-folder' },
      })
    }
  })
  await special.close()
})

it('refuses a file with another name outside if hard links are refused', async () => {
  await link(join(outside.path, 'secret.txt'), join(inside.path, 'hard.txt'))
  const strict = resourcesServer({
    providers: [fileResources({ folder: inside.path, writable: true, hardLinks: 'refuse' })],
  })
  const callStrict = createCall(strict)
  const resource = 'file:///hard.txt'
  const refused = { code: 'forbidden', details: { reason: 'hard-link' } }
  expect(await callStrict('read', { resource })).toMatchObject(refused)
  expect(await callStrict('update', { resource, content: 'x' })).toMatchObject(refused)
  expect(await callStrict('delete', { resource })).toMatchObject(refused)
  expect(await readFile(join(outside.path, 'secret.txt'), 'utf8')).toBe(secret)
  await strict.close()
})

it('never reveals the location of the folder', async () => {
  await symlink(join(outside.path, 'secret.txt'), join(inside.path, 'link.txt'))
  await mkdir(join(inside.path, 'locked'), { mode: 0o000 })
  const responses = [
    ...(await tryAll('file:///link.txt')),
    ...(await tryAll('file:///missing.txt')),
    ...(await tryAll('file:///sub')),
    ...(await tryAll(`file:///${'x'.repeat(300)}`)),
    await call('create', { resource: 'file:///notes.md/below.md', content: 'x' }),
    await call('create', { resource: 'file:///locked/a.md', content: 'x' }),
    await call('list'),
    await call('listTemplates'),
    await call('stat', { resource: 'file:///docs/notes.md' }),
    await server.describe(),
  ]
  expect(JSON.stringify(responses)).not.toContain(inside.path)
  expect(JSON.stringify(responses)).not.toContain('/tmp')
  expect(JSON.stringify(responses)).not.toContain('internal')
})
