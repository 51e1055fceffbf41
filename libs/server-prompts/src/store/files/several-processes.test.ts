import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { afterEach, beforeEach, expect, it } from 'vitest'

import { contentOf } from '../../fixtures/prompt-content.ts'
import { scratchFolder } from '../../fixtures/scratch-folder.ts'
import { createFilePromptStore } from './file-prompt-store.ts'

let folder: string
let remove: () => Promise<void>
beforeEach(async () => {
  ;({ folder, remove } = await scratchFolder())
})
afterEach(() => remove())

const fixture = (name: string) => join(import.meta.dirname, '..', '..', 'fixtures', name)

async function updateMany(writer: string, times: number): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--conditions=@mcp/source',
    fixture('update-many.ts'),
    folder,
    writer,
    `${times}`,
  ])
  return JSON.parse(stdout)
}

it('creates 100 versions from 50 concurrent updates of each of two processes', async () => {
  const store = createFilePromptStore({ folder })
  await store.add('shared', 1, { content: contentOf('begin'), message: 'begin' })

  const responses = await Promise.all([updateMany('left', 50), updateMany('right', 50)])

  const record = await store.find('shared')
  const expected = Array.from({ length: 101 }, (_, index) => index + 1)
  expect(record?.versions).toEqual(expected)
  expect(responses.flat()).toHaveLength(100)
  expect(responses.flat()).toEqual(
    Array.from({ length: 100 }, () => expect.objectContaining({ version: expect.any(Number) })),
  )

  const read = await Promise.all(expected.map(async (version) => store.read('shared', version)))
  const said = read.map((version) => version?.content.messages[0]?.content ?? '')
  const writers = ['left', 'right'].flatMap((writer) =>
    Array.from({ length: 50 }, (_, index) => `${writer} ${index}`),
  )
  expect(new Set(said)).toEqual(new Set(['begin', ...writers]))
}, 60_000)

it('has no partial version, whenever the writer is killed', async () => {
  // Each kill follows a different number of writes, so that it interrupts a write at a different
  // moment.
  for (const writes of [1, 2, 3, 5, 8, 13]) expect(await killAfter(writes)).toBe('SIGKILL')

  const store = createFilePromptStore({ folder })
  const versions = (await store.find('large'))?.versions ?? []
  expect(versions.length).toBeGreaterThanOrEqual(32)
  expect(versions).toEqual(versions.map((_, index) => index + 1))
  const read = await Promise.all(versions.map(async (version) => store.read('large', version)))
  const letters = 'abcdefghijklmnopqrstuvwxyz'
  const texts = versions.map((version) => letters.charAt(version % 26).repeat(90_000))
  // The texts are compared here, because a failed assertion would take minutes to diff megabytes.
  const differing = texts.filter((text, at) => read[at]?.content.messages[0]?.content !== text)
  expect(differing).toHaveLength(0)
  const entries = await readdir(join(folder, 'large'))
  expect(entries.filter((entry) => !/^(?:\d+\.prompt|labels|SHA256SUMS)$/.test(entry))).toEqual([])
}, 60_000)

/** Kills a writer after a number of versions and returns the signal that terminated it. */
async function killAfter(writes: number): Promise<NodeJS.Signals | null> {
  const script = fixture('write-forever.ts')
  const writer = spawn(process.execPath, ['--conditions=@mcp/source', script, folder])
  const ended = once(writer, 'exit')
  let written = 0
  for await (const chunk of writer.stdout) {
    written += String(chunk).split('\n').length - 1
    if (written >= writes) writer.kill('SIGKILL')
  }
  await ended
  return writer.signalCode
}
