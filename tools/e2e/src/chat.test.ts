import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { ModelToolCall } from '@mcp/llm'
import type { BrowserContextOptions } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'

import { findViolations } from './check-accessibility.ts'
import { lacksChromium } from './chromium.ts'
import { ask, tabTo } from './keyboard.ts'
import { expectNoOverflow, openPage, takePicture } from './open-page.ts'
import type { RunningHub } from './running-hub.ts'
import { startHub } from './running-hub.ts'
import { standInModel } from './stand-in-model.ts'

const markdown = [
  '## Sums\n\nThe **result** is `4`.\n\n',
  '| a | b |\n| - | - |\n| 1 | 2 |\n\n```ts\nconst sum = 2 + 2\n\nconsole.log(sum)\n```\n\n',
  '- one\n- two\n\n<script>alert(1)</script>\n\n![chart](https://example.com/a.png) ',
  '[bad](javascript:alert(1)) and [good](https://example.com/).',
]
const call = (id: string, name: string, args: unknown): ModelToolCall => ({
  id,
  name,
  arguments: args,
})
const add = (id: string, a: number) => call(id, 'calculator_add', { a, b: 1 })
const write = (id: string, path: string) =>
  call(id, 'roots_write_file', { root: 'workspace', path, content: 'milk\n' })

let release = (): void => {}
let folder = ''
let running: RunningHub

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chat-'))
  const gate = () => new Promise<void>((resolve) => (release = resolve))
  const slow = { text: ['One ', 'two ', 'three.'], gate: gate() }
  running = await startHub({
    llm: standInModel({
      Sum: [{ reasoning: 'I add both.', text: markdown }],
      Slow: [slow],
      Write: [{ calls: [write('w1', 'list.md')] }, { text: ['Written.'] }],
      Many: [
        { calls: [1, 2, 3, 4].map((a) => add(`a${a}`, a)) },
        { calls: [call('f1', 'roots_read_file', { root: 'workspace', path: 'absent.md' })] },
        { text: ['Done.'] },
      ],
    }),
    roots: { roots: [{ name: 'workspace', path: folder, permissions: ['read', 'write'] }] },
  })
})
afterAll(async () => {
  await running.close()
  await rm(folder, { recursive: true })
})

const open = (options: BrowserContextOptions = {}) =>
  openPage(running.url, { path: 'ui/chat', ...options })

const looks: readonly (readonly [string, BrowserContextOptions])[] = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['narrow', { viewport: { width: 360, height: 740 } }],
]

it.skipIf(lacksChromium).each(looks)(
  'answers a question in Markdown: %s',
  async (look, options) => {
    await using opened = await open(options)
    const { page, problems } = opened
    await page.getByText('What do you want to know?').waitFor()
    await takePicture(page, `chat-start-${look}`)
    expect(await findViolations(page)).toEqual([])
    await ask(page, 'Sum')
    await page.getByRole('heading', { name: 'Sums' }).waitFor()
    await page.getByRole('link', { name: 'good' }).waitFor()
    expect(await page.getByText('<script>alert(1)</script>').count()).toBe(1)
    expect(await page.getByRole('link', { name: 'bad' }).count()).toBe(0)
    expect(await page.locator('main img').count()).toBe(0)
    await page.getByText('stand-in-small').waitFor()
    await takePicture(page, `chat-answer-${look}`)
    expect(await findViolations(page)).toEqual([])
    await expectNoOverflow(page)
    expect(problems).toEqual([])
  },
)

it.skipIf(lacksChromium)(
  'shows an approval again after a reload, and writes after it',
  async () => {
    await using opened = await open()
    const { page, problems } = opened
    await ask(page, 'Write')
    const card = page.getByRole('region', { name: 'The model wants to call roots.writeFile' })
    await card.waitFor()
    await page.reload()
    await card.waitFor()
    await takePicture(page, 'chat-approval')
    expect(await findViolations(page)).toEqual([])
    const content = card.getByRole('textbox', { name: 'content (required)' })
    expect(await content.inputValue()).toBe('milk\n')
    await content.fill('bread\n')
    await card.getByRole('button', { name: 'Allow once as edited' }).click()
    await page.getByText('Written.').waitFor()
    expect(await readFile(join(folder, 'list.md'), 'utf8')).toBe('bread\n')
    expect(await card.count()).toBe(0)
    expect(problems).toEqual([])
  },
)

it.skipIf(lacksChromium)('denies a call with Escape', async () => {
  await using opened = await open()
  const { page } = opened
  await ask(page, 'Write')
  const card = page.getByRole('region', { name: 'The model wants to call roots.writeFile' })
  await tabTo(page, card.getByRole('button', { name: 'Deny' }))
  await page.keyboard.press('Escape')
  await page.getByText('Denied', { exact: true }).waitFor()
  expect(await card.count()).toBe(0)
})

it.skipIf(lacksChromium)('goes on with an answer after a reload', async () => {
  await using opened = await open()
  const { page, problems } = opened
  await ask(page, 'Slow')
  await page.getByText('One', { exact: true }).waitFor()
  await page.reload()
  await page.getByText('One', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Stop' }).waitFor()
  release()
  await page.getByText('One two three.').waitFor()
  await page.getByRole('button', { name: 'Send' }).waitFor()
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)('folds successful calls in a row, but no failure', async () => {
  await using opened = await open()
  const { page } = opened
  await ask(page, 'Many')
  await page.getByText('Done.').waitFor()
  await page.getByText('4 successful calls').waitFor()
  await page.getByText('Failed', { exact: true }).waitFor()
  await page.getByText('4 successful calls').click()
  await page.getByText('tools.calculator.add').first().click()
  await takePicture(page, 'chat-calls')
  expect(await findViolations(page)).toEqual([])
})
