import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, it } from 'vitest'

import { createFileSubscriptions } from './file-subscriptions.ts'
import type { StoredSubscription } from './subscription-store.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mcp-subscriptions-'))
  file = join(folder, 'data', 'subscriptions.jsonl')
})
afterEach(() => rmSync(folder, { recursive: true }))

const of = (sessionId: string, value: string): StoredSubscription => ({
  sessionId,
  target: { type: 'uri', value },
})
const pattern: StoredSubscription = {
  sessionId: 'ses-1',
  target: { type: 'pattern', value: 'file:///"ä"/*' },
}

it('is empty without a file', () => {
  expect(createFileSubscriptions(file).load()).toEqual([])
})

it('keeps subscriptions until they are removed', () => {
  const store = createFileSubscriptions(file)
  store.add(of('ses-1', 'memory:///a'))
  store.add(of('ses-2', 'memory:///a'))
  store.add(pattern)
  store.remove(of('ses-2', 'memory:///a'))
  store.remove(of('ses-3', 'memory:///a'))
  expect(createFileSubscriptions(file).load()).toEqual([of('ses-1', 'memory:///a'), pattern])
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

it('ignores a line that a killed process has not completed', () => {
  createFileSubscriptions(file).add(pattern)
  appendFileSync(file, '["+","ses-1","uri"')
  expect(createFileSubscriptions(file).load()).toEqual([pattern])
  const again = createFileSubscriptions(file)
  again.load()
  again.add(of('ses-2', 'memory:///b'))
  expect(createFileSubscriptions(file).load()).toEqual([pattern, of('ses-2', 'memory:///b')])
})

it('does not grow with changes', () => {
  const store = createFileSubscriptions(file)
  store.add(pattern)
  for (let round = 0; round < 2000; round++) {
    store.add(of('ses-1', 'memory:///a'))
    store.remove(of('ses-1', 'memory:///a'))
  }
  expect(readFileSync(file, 'utf8').split('\n').length).toBeLessThan(2500)
  expect(createFileSubscriptions(file).load()).toEqual([pattern])
})
