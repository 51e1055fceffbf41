import type { PromptContent } from '@mcp/contracts/prompts'
import { afterEach, beforeEach, expect, it } from 'vitest'

import type { PromptStore, PromptVersion } from './prompt-store.ts'

/** An empty store to be tested. */
export interface PromptStoreUnderTest {
  readonly store: PromptStore
  /** Cleans up after the test. Default: does nothing. */
  cleanUp?(): Promise<void>
}

/**
 * Defines tests for the behavior that every {@link PromptStore} must have. Call it inside a
 * `describe`.
 */
export function itIsAPromptStore(create: () => Promise<PromptStoreUnderTest>): void {
  let tested: PromptStoreUnderTest
  let store: PromptStore
  beforeEach(async () => {
    tested = await create()
    store = tested.store
  })
  afterEach(async () => tested.cleanUp?.())

  it('returns undefined for an unknown name', async () => {
    expect(await store.find('greeting')).toBeUndefined()
    expect(await store.read('greeting', 1)).toBeUndefined()
    expect(await store.list()).toEqual([])
  })

  it('returns exactly what was added', async () => {
    const version = versionOf('Hello {{name}}\r\n\n  {{role "user"}}\n\u2028"quoted"')
    expect(await store.add('greeting', 1, version)).toBe(true)
    expect(await store.read('greeting', 1)).toEqual(version)
  })

  it('sorts versions by number', async () => {
    for (let number = 1; number <= 11; number++) {
      await store.add('greeting', number, versionOf(`${number}`))
    }
    const record = await store.find('greeting')
    expect(record?.versions).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
  })

  it('never overwrites a version', async () => {
    await store.add('greeting', 1, versionOf('first'))
    expect(await store.add('greeting', 1, versionOf('second'))).toBe(false)
    expect(await store.read('greeting', 1)).toEqual(versionOf('first'))
  })

  it('accepts one of many concurrent additions of a number', async () => {
    const texts = Array.from({ length: 20 }, (_, index) => `writer ${index}`)
    const outcomes = await Promise.all(
      texts.map(async (text) => store.add('greeting', 1, versionOf(text))),
    )
    expect(outcomes.filter(Boolean)).toHaveLength(1)
    const winner = texts[outcomes.indexOf(true)] ?? ''
    expect(await store.read('greeting', 1)).toEqual(versionOf(winner))
  })

  it('is not changed if a caller modifies a written or returned object', async () => {
    const original = versionOf('original')
    await store.add('greeting', 1, original)
    original.content.messages.push({ role: 'user', content: 'added' })
    const read = await store.read('greeting', 1)
    read?.content.tags.push('changed')
    expect(await store.read('greeting', 1)).toEqual(versionOf('original'))
  })

  it('lists prompts by name, including deleted ones', async () => {
    await store.add('b', 1, versionOf('b'))
    await store.add('a', 1, versionOf('a'))
    await store.setDeleted('b', true)
    expect(await store.list()).toEqual([
      { name: 'a', versions: [1], labels: {}, isDeleted: false },
      { name: 'b', versions: [1], labels: {}, isDeleted: true },
    ])
  })

  it('moves and removes labels, and ignores a second removal', async () => {
    await store.add('greeting', 1, versionOf('one'))
    await store.add('greeting', 2, versionOf('two'))
    await store.setLabel('greeting', 'production', 1)
    await store.setLabel('greeting', 'beta', 2)
    await store.setLabel('greeting', 'production', 2)
    expect((await store.find('greeting'))?.labels).toEqual({ beta: 2, production: 2 })
    await store.setLabel('greeting', 'beta', undefined)
    await store.setLabel('greeting', 'beta', undefined)
    expect((await store.find('greeting'))?.labels).toEqual({ production: 2 })
  })

  it('restores a deleted prompt with all its versions', async () => {
    await store.add('greeting', 1, versionOf('one'))
    await store.setDeleted('greeting', true)
    await store.setDeleted('greeting', true)
    expect(await store.find('greeting')).toMatchObject({ versions: [1], isDeleted: true })
    await store.setDeleted('greeting', false)
    expect(await store.find('greeting')).toMatchObject({ versions: [1], isDeleted: false })
    expect(await store.read('greeting', 1)).toEqual(versionOf('one'))
  })
}

function versionOf(text: string): PromptVersion {
  const content: PromptContent = {
    title: 'Greeting',
    description: 'Says hello.',
    tags: ['polite'],
    folder: 'office/mail',
    engine: 'mustache',
    arguments: [
      {
        name: 'name',
        description: 'Who is greeted.',
        required: true,
        schema: { type: 'string', minLength: 1 },
        completions: ['Ann', { value: 'Bob', when: { index: 'Oslo' } }],
      },
    ],
    messages: [
      { role: 'system', content: 'Be kind.\n' },
      { role: 'user', content: text },
    ],
  }
  return { content, message: 'Why', createdAt: '2026-01-02T03:04:05.678Z' }
}
