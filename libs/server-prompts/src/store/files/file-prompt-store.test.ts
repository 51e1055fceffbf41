import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { contentOf } from '../../fixtures/prompt-content.ts'
import { scratchFolder, versionFiles } from '../../fixtures/scratch-folder.ts'
import { itIsAPromptStore } from '../prompt-store.contract.ts'
import type { PromptStore } from '../prompt-store.ts'
import { createFilePromptStore } from './file-prompt-store.ts'

const run = promisify(execFile)

describe('file store', () => {
  itIsAPromptStore(async () => {
    const { folder, remove } = await scratchFolder()
    return { store: createFilePromptStore({ folder }), cleanUp: remove }
  })
})

let folder: string
let remove: () => Promise<void>
let store: PromptStore
beforeEach(async () => {
  ;({ folder, remove } = await scratchFolder())
  store = createFilePromptStore({ folder })
})
afterEach(() => remove())

const file = (...path: string[]) => join(folder, ...path)

it('writes readable files', async () => {
  await store.add('greeting', 1, {
    content: contentOf('Hello {{name}},\nhow are you?', {
      title: 'Greeting',
      tags: ['polite'],
      arguments: [
        {
          name: 'name',
          description: 'Who.',
          required: true,
          schema: { type: 'string' },
          completions: [],
        },
      ],
      messages: [
        { role: 'system', content: 'Be kind.' },
        { role: 'user', content: 'Hello {{name}},\nhow are you?' },
      ],
    }),
    message: 'Created',
  })
  expect(await readFile(file('greeting', '1.prompt'), 'utf8')).toBe(`---
title: Greeting
tags:
  - polite
engine: mustache
arguments:
  - name: name
    description: Who.
    required: true
message: Created
---
{{role "system"}}
Be kind.

{{role "user"}}
Hello {{name}},
how are you?
`)
})

it('reads a minimal file', async () => {
  await mkdir(file('note'))
  await writeFile(file('note', '1.prompt'), 'Take a note.\n')
  expect(await store.read('note', 1)).toMatchObject({
    content: { engine: 'mustache', messages: [{ role: 'user', content: 'Take a note.' }] },
  })
})

it('accepts the Windows line breaks of a Git checkout as unchanged', async () => {
  await store.add('greeting', 1, { content: contentOf('one\ntwo'), message: 'Why' })
  const text = await readFile(file('greeting', '1.prompt'), 'utf8')
  await writeFile(file('greeting', '1.prompt'), text.replaceAll('\n', '\r\n'))
  expect(await store.read('greeting', 1)).toMatchObject({ content: contentOf('one\ntwo') })
})

describe('a written version', () => {
  it('keeps its bytes after later writes', async () => {
    await store.add('greeting', 1, { content: contentOf('one'), message: '' })
    await store.add('greeting', 2, { content: contentOf('two'), message: '' })
    const before = await versionFiles(folder)
    await store.add('greeting', 1, { content: contentOf('other'), message: '' })
    await store.add('greeting', 3, { content: contentOf('three'), message: '' })
    await store.setLabel('greeting', 'production', 1)
    await store.setDeleted('greeting', true)
    await store.setDeleted('greeting', false)
    expect(await versionFiles(folder)).toMatchObject(before)
  })

  it('is rejected after its file was changed', async () => {
    await store.add('greeting', 1, { content: contentOf('one'), message: '' })
    const path = file('greeting', '1.prompt')
    const original = await readFile(path, 'utf8')
    await writeFile(path, original.replace('one', 'six'))
    await expect(store.read('greeting', 1)).rejects.toMatchObject({
      code: 'conflict',
      details: { reason: 'version-changed' },
      message: expect.not.stringContaining(folder),
    })
    await writeFile(path, original)
    expect(await store.read('greeting', 1)).toMatchObject({ content: contentOf('one') })
  })

  it('is rejected by a process that starts after the change', async () => {
    await store.add('greeting', 1, { content: contentOf('one'), message: '' })
    await writeFile(file('greeting', '1.prompt'), 'other')
    const restarted = createFilePromptStore({ folder })
    await expect(restarted.read('greeting', 1)).rejects.toMatchObject({
      details: { reason: 'version-changed' },
    })
  })

  it('can be a file that a user wrote, from the first time it is read', async () => {
    await mkdir(file('note'))
    await writeFile(file('note', '1.prompt'), 'Take a note.\n')
    await store.read('note', 1)
    await writeFile(file('note', '1.prompt'), 'Take two notes.\n')
    await expect(store.read('note', 1)).rejects.toMatchObject({
      details: { reason: 'version-changed' },
    })
  })

  it('is accepted in its current form if its checksum was removed', async () => {
    await store.add('greeting', 1, { content: contentOf('one'), message: '' })
    await writeFile(file('greeting', '1.prompt'), 'other')
    await writeFile(file('greeting', 'SHA256SUMS'), '')
    expect(await store.read('greeting', 1)).toMatchObject({
      content: { messages: [{ content: 'other' }] },
    })
  })

  it.skipIf(process.platform !== 'linux')('has a checksum that sha256sum agrees with', async () => {
    await store.add('greeting', 1, { content: contentOf('one'), message: '' })
    const checked = await run('sha256sum', ['--check', 'SHA256SUMS'], { cwd: file('greeting') })
    expect(checked.stdout).toBe('1.prompt: OK\n')
  })
})

it.each([
  ['frontMatter that are no YAML', '---\ntitle: [\n---\nHello'],
  ['frontMatter without an end', '---\ntitle: x\nHello'],
  ['an unknown role', '{{role "robot"}}\nHello'],
  ['an unknown engine', '---\nengine: jinja\n---\nHello'],
  [
    'more frontMatter than a few milliseconds read',
    `---\ntitle: ${'x'.repeat(100_000)}\n---\nHello`,
  ],
  ['more than half a megabyte', 'x'.repeat(600_000)],
])('reports the problem of a file with %s', async (_title, text) => {
  await mkdir(file('broken'))
  await writeFile(file('broken', '1.prompt'), text)
  await expect(store.read('broken', 1)).rejects.toMatchObject({
    code: 'conflict',
    details: { reason: 'version-unreadable' },
    message: expect.stringContaining('Version 1 of "broken"'),
  })
})

it('rejects a pipe immediately', async () => {
  await mkdir(file('pipe'))
  await run('mkfifo', [file('pipe', '1.prompt')])
  await expect(store.read('pipe', 1)).rejects.toMatchObject({
    message: expect.stringContaining('not a regular file'),
  })
})

it('ignores unexpected names and folders without versions', async () => {
  await store.add('greeting', 1, { content: contentOf('one'), message: '' })
  await Promise.all(['empty', 'Upper', '.git', 'a b'].map((name) => mkdir(file(name))))
  await writeFile(file('Upper', '1.prompt'), 'x')
  await writeFile(file('empty', '01.prompt'), 'x')
  await writeFile(file('empty', '2.prompt~'), 'x')
  await writeFile(file('README.md'), 'x')
  await symlink('/', file('root'))
  expect((await store.list()).map(({ name }) => name)).toEqual(['greeting'])
})

it('does not write a version that it could not read', async () => {
  const frontMatter = contentOf('x', { description: 'x'.repeat(100_000) })
  await expect(store.add('big', 1, { content: frontMatter, message: '' })).rejects.toMatchObject({
    code: 'payload-too-large',
  })
  expect(await readdir(folder)).toEqual([])
})

it('removes old files that a killed process left in the scratch folder', async () => {
  await mkdir(file('.scratch'))
  await writeFile(file('.scratch', 'old'), 'half')
  await writeFile(file('.scratch', 'new'), 'half')
  await utimes(file('.scratch', 'old'), 0, 0)
  // A folder is not a file of this store, and must not fail the write.
  await mkdir(file('.scratch', 'folder'))
  await utimes(file('.scratch', 'folder'), 0, 0)
  await store.add('greeting', 1, { content: contentOf('one'), message: '' })
  expect((await readdir(file('.scratch'))).toSorted()).toEqual(['folder', 'new'])
})
