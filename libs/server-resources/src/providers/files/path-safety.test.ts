import { execFileSync } from 'node:child_process'
import { symlinkSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
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

/** Every operation that touches what a URI names. */
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
  it('is refused as a way out, whatever is asked', async () => {
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
])('%s is refused: %s', async (resource, reason) => {
  expect(await call('read', { resource })).toMatchObject({ details: { reason } })
})

it.each(['file://localhost/etc/passwd', 'file:/etc/passwd', 'file:notes.md', '/etc/passwd'])(
  '%s is nobody’s',
  async (resource) => {
    expect(await call('read', { resource })).toMatchObject({ code: 'not-found' })
  },
)

it('takes what was encoded twice for the name it then is', async () => {
  const resource = 'file:///%252e%252e%252fsecret.txt'
  expect(await call('read', { resource })).toMatchObject({ code: 'not-found' })
})

describe('a link that leads out', () => {
  const refused = expect.objectContaining({
    code: 'forbidden',
    details: expect.objectContaining({ reason: 'path-escape' }),
  })

  it('is refused where it is a file', async () => {
    await symlink(join(outside.path, 'secret.txt'), join(inside.path, 'link.txt'))
    const outcomes = await tryAll('file:///link.txt')
    expect(outcomes).toEqual([refused, refused, refused, refused])
    expect(await readFile(join(outside.path, 'secret.txt'), 'utf8')).toBe(secret)
  })

  it('is refused where it is a folder', async () => {
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

it('follows a link that stays inside, and writes where it leads', async () => {
  await symlink('sub/deep.md', join(inside.path, 'link.md'))
  expect(await call('read', { resource: 'file:///link.md' })).toMatchObject({ text: 'deep' })
  await call('update', { resource: 'file:///link.md', content: 'changed' })
  expect(await readFile(join(inside.path, 'sub/deep.md'), 'utf8')).toBe('changed')
})

it('creates nothing through a link that leads nowhere', async () => {
  await symlink(join(outside.path, 'new.txt'), join(inside.path, 'dangling.txt'))
  const created = await call('create', { resource: 'file:///dangling.txt', content: 'x' })
  expect(created).toMatchObject({ code: 'conflict' })
  expect(await readdir(outside.path)).not.toContain('new.txt')
})

it('lets nothing out while a folder is swapped for a link and back', async () => {
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
    outcomes.add(JSON.stringify(read).includes(secret) ? 'leaked' : 'kept')
    outcomes.add(JSON.stringify([read, written]).includes('internal') ? 'failed' : 'answered')
  }
  swapped.abort()
  await swapping
  expect([...outcomes].toSorted()).toEqual(['answered', 'kept'])
  expect(await readdir(outside.path)).toEqual(['deep.md', 'folder', 'secret.txt'])
  expect(await readFile(join(outside.path, 'deep.md'), 'utf8')).toBe(secret)
})

// Nothing is closed to root.
it.skipIf(process.getuid?.() === 0)(
  'lists and watches around a folder that is closed',
  async () => {
    await mkdir(join(inside.path, 'locked'), { mode: 0o000 })
    expect(await call('list', { prefix: 'file:///sub' })).toMatchObject({
      items: [{ uri: 'file:///sub/deep.md' }],
    })
    expect(await call('subscribe', { pattern: 'file:///**' })).toMatchObject({ subscriptions: 1 })
  },
)

describe('what is no regular file', () => {
  const refused = expect.objectContaining({
    code: 'forbidden',
    details: expect.objectContaining({ reason: 'not-a-file' }),
  })

  it('is refused where it is a pipe, at once', async () => {
    execFileSync('mkfifo', [join(inside.path, 'pipe')])
    await expectSteadyLoop(async () => {
      expect(await tryAll('file:///pipe')).toEqual([refused, refused, refused, refused])
    })
  })

  it('is refused where it is a socket', async () => {
    const listener = createServer().listen(join(inside.path, 'socket'))
    await new Promise((resolve) => listener.once('listening', resolve))
    expect(await tryAll('file:///socket')).toEqual([refused, refused, refused, refused])
    listener.close()
  })

  it('is refused where it is a folder', async () => {
    expect(await tryAll('file:///sub')).toEqual([refused, refused, refused, refused])
  })

  it('is not listed', async () => {
    execFileSync('mkfifo', [join(inside.path, 'pipe')])
    expect(JSON.stringify(await call('list'))).not.toContain('pipe')
  })
})

it('refuses a device', async () => {
  // Devices cannot be made by everybody, so a folder that has some is offered.
  const devices = resourcesServer({ providers: [fileResources({ folder: '/dev' })] })
  const read = createCall(devices)
  const resources = ['file:///null', 'file:///zero', 'file:///tty', 'file:///urandom']
  await expectSteadyLoop(async () => {
    for (const resource of resources) {
      expect(await read('read', { resource, maxBytes: 16 })).toMatchObject({
        code: 'forbidden',
        details: { reason: 'not-a-file' },
      })
    }
  })
  await devices.close()
})

it('never says where the folder is', async () => {
  await symlink(join(outside.path, 'secret.txt'), join(inside.path, 'link.txt'))
  await mkdir(join(inside.path, 'locked'), { mode: 0o000 })
  const answers = [
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
  expect(JSON.stringify(answers)).not.toContain(inside.path)
  expect(JSON.stringify(answers)).not.toContain('/tmp')
  expect(JSON.stringify(answers)).not.toContain('internal')
})
