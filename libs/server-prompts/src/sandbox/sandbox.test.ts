import { expectSteadyLoop } from '@mcp/testing'
import { afterAll, describe, expect, it } from 'vitest'

import { call } from '../fixtures/call.ts'
import { scratchFolder } from '../fixtures/scratch-folder.ts'
import { createFilePromptStore } from '../index.ts'
import { promptsServer } from '../prompts-server.ts'

const server = promptsServer({ maxRenderedLength: 100_000, sandbox: { timeoutMs: 3_000 } })

afterAll(() => server.close())

const list = (length: number) => Array.from({ length }, () => true)

const loops = (times: number, text: string) =>
  `${'{% for i in (1..999) %}'.repeat(times)}${text}${'{% endfor %}'.repeat(times)}`

interface Attack {
  readonly title: string
  readonly engine: string
  readonly content: string
  readonly schema?: object
  readonly value?: unknown
}

const attacks: readonly Attack[] = [
  {
    title: 'sections that nest over a list',
    engine: 'mustache',
    content: `${'{{#x}}'.repeat(10)}a${'{{/x}}'.repeat(10)}`,
    schema: {},
    value: list(1_000),
  },
  {
    title: 'output that grows',
    engine: 'mustache',
    content: '{{#x}}0123456789012345678901234567890123456789{{/x}}',
    schema: {},
    value: list(5_000),
  },
  { title: 'endless loops', engine: 'liquid', content: loops(6, '') },
  { title: 'endless output', engine: 'liquid', content: loops(3, 'xxxxxxxxxxxxxxxx') },
  {
    title: 'texts that double',
    engine: 'liquid',
    content:
      '{% assign s = "aaaaaaaa" %}{% for i in (1..64) %}{% assign s = s | append: s %}{% endfor %}{{ s }}',
  },
  {
    title: 'a filter over a text that grows',
    engine: 'liquid',
    content:
      '{% assign s = "a b" %}{% for i in (1..30) %}{% assign s = s | replace: "a", "a a a a" | split: " " | join: " " %}{% endfor %}{{ s }}',
  },
  {
    title: 'an argument whose pattern backtracks',
    engine: 'mustache',
    content: '{{x}}',
    schema: { type: 'string', pattern: '^(a+)+$' },
    value: `${'a'.repeat(60)}!`,
  },
  {
    title: 'an argument whose schema never ends',
    engine: 'mustache',
    content: '{{x}}',
    schema: { anyOf: [{ $ref: '#' }, { $ref: '#' }] },
    value: 'x',
  },
]

describe.each(attacks)('a prompt with $title', ({ title, engine, content, schema, value }) => {
  const prompt = title.replaceAll(' ', '-')

  it('is stopped without blocking the event loop, and the next prompt is rendered', async () => {
    const created = await call(server, 'create', {
      prompt,
      engine,
      arguments: schema === undefined ? [] : [{ name: 'x', required: true, schema }],
      messages: [{ role: 'user', content }],
    })
    expect(created).toMatchObject({ version: 1 })
    const values = value === undefined ? {} : { x: value }
    await expectSteadyLoop(async () => {
      expect(await call(server, 'render', { prompt, arguments: values })).toMatchObject({
        error: { code: expect.stringMatching(/^(?:invalid-params|payload-too-large|timeout)$/) },
      })
    })
    const next = { prompt: 'translate', arguments: { text: 'a', language: 'French' } }
    expect(await call(server, 'render', next)).toMatchObject({ resolvedVersion: 1 })
  })
})

it('stops a rendering when the caller aborts', async () => {
  const controller = new AbortController()
  const prompt = 'an-argument-whose-pattern-backtracks'
  const params = { prompt, arguments: { x: `${'a'.repeat(60)}!` } }
  const slow = call(server, 'render', params, controller.signal)
  controller.abort()
  expect(await slow).toMatchObject({ error: { code: 'cancelled' } })
})

it('rejects hostile YAML without blocking the event loop', async () => {
  const levels = Array.from({ length: 40 }, (_, at) => `l${at + 1}: &l${at + 1} [*l${at}, *l${at}]`)
  const text = `l0: &l0 [x]\n${levels.join('\n')}\n${'['.repeat(20_000)}`
  await expectSteadyLoop(async () => {
    expect(await call(server, 'import', { prompt: 'yaml', format: 'yaml', text })).toMatchObject({
      error: { code: expect.stringMatching(/^(?:invalid-params|payload-too-large|timeout)$/) },
    })
  })
})

it('lists, reads and writes hundreds of files without blocking the event loop', async () => {
  const { folder, remove } = await scratchFolder()
  const onDisk = promptsServer({
    store: createFilePromptStore({ folder, watch: false }),
    sandbox: { timeoutMs: 15_000 },
  })
  const text = 'A line of the prompt.\n'.repeat(2_000)
  let written = 0
  const writeAtOnce = (times: number) =>
    Promise.all(
      Array.from({ length: times }, () =>
        call(onDisk, 'create', {
          prompt: `large-${++written}`,
          tags: ['large'],
          messages: [{ role: 'user', content: text }],
        }),
      ),
    )
  // Loads the libraries and starts the workers first, which takes longer than any call.
  await writeAtOnce(10)
  await expectSteadyLoop(() => writeAtOnce(100))
  await expectSteadyLoop(() => call(onDisk, 'list', { tag: 'large' }))
  const restarted = promptsServer({ store: createFilePromptStore({ folder, watch: false }) })
  await expectSteadyLoop(() => call(restarted, 'list', { tag: 'large' }))
  expect(await call(restarted, 'get', { prompt: 'large-100' })).toMatchObject({ version: 1 })
  await Promise.all([onDisk.close(), restarted.close(), remove()])
}, 60_000)
