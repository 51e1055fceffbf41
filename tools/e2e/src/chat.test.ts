import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
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
      Long: [{ text: ['A line of it.\n\n'.repeat(30)] }],
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
    await card.getByText('list.md is a new file.').waitFor()
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

it.skipIf(lacksChromium)('shows what a call replaces, and denies it with Escape', async () => {
  await writeFile(join(folder, 'list.md'), 'eggs\n')
  await using opened = await open()
  const { page } = opened
  await ask(page, 'Write')
  const card = page.getByRole('region', { name: 'The model wants to call roots.writeFile' })
  await card.getByText('It replaces list.md (5 B).').waitFor()
  await card.getByRole('button', { name: 'Show the differences' }).click()
  const differences = card.getByRole('region', { name: 'Differences' })
  await differences.getByText('eggs').waitFor()
  await differences.getByText('milk').waitFor()
  await takePicture(page, 'chat-approval-differences')
  expect(await findViolations(page)).toEqual([])
  await tabTo(page, card.getByRole('button', { name: 'Deny' }))
  await page.keyboard.press('Escape')
  await page.getByText('Denied', { exact: true }).waitFor()
  expect(await card.count()).toBe(0)
  expect(await readFile(join(folder, 'list.md'), 'utf8')).toBe('eggs\n')
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
  await page.getByText('tools.calculator.add').first().click()
  const failure = page.locator('summary').filter({ hasText: 'roots.readFile' })
  const message = page.getByText(/absent\.md/).and(page.locator('p'))
  const shown = (await message.first().textContent()) ?? ''
  await failure.click()
  // The open call has the recorded error, in place of the line below it.
  const recorded = page.getByRole('alert').filter({ hasText: shown })
  await recorded.getByText('not-found').waitFor()
  expect(await page.getByText('Internal error').count()).toBe(0)
  await takePicture(page, 'chat-failed-call')
  expect(await findViolations(page)).toEqual([])
})

it.skipIf(lacksChromium)('runs a chip directly, also with a model', async () => {
  await using opened = await open()
  const { page, problems } = opened
  const chips = page.getByRole('region', { name: 'Run directly' })
  await chips.getByRole('button', { name: '/6 * 7' }).click()
  await page.getByRole('article').getByText('value: 42').first().waitFor()
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)('shows what is sent, and closes the conversations: narrow', async () => {
  await using opened = await open({ viewport: { width: 360, height: 740 } })
  const { page, problems } = opened
  await ask(page, 'Long')
  await page.getByText('stand-in-small').waitFor()
  const messages = page.getByRole('region', { name: 'Messages' })
  // While the answer is still drawn, the thread scrolls along.
  await expect
    .poll(async () => {
      await messages.evaluate((element) => element.scrollTo(0, 0))
      return page.getByRole('button', { name: 'Scroll to the end' }).isVisible()
    })
    .toBe(true)
  await ask(page, 'Write')
  const card = page.getByRole('region', { name: 'The model wants to call roots.writeFile' })
  await card.getByText('changes, deletes').waitFor()
  const deny = card.getByRole('button', { name: 'Deny' })
  const isInView = async (element: typeof deny) => {
    const [box, view] = [await element.boundingBox(), await messages.boundingBox()]
    return box !== null && view !== null && box.y + box.height <= view.y + view.height
  }
  await expect.poll(() => isInView(deny)).toBe(true)
  expect(await findViolations(page)).toEqual([])

  const show = page.getByRole('button', { name: 'Show the conversations' })
  const list = page.getByRole('navigation', { name: 'Conversations' })
  const close = page.getByRole('button', { name: 'Close the conversations' })
  await show.click()
  await list.getByText('Waits for you').first().waitFor()
  await takePicture(page, 'chat-conversations')
  expect(await findViolations(page)).toEqual([])
  await page.keyboard.press('Escape')
  await list.waitFor({ state: 'hidden' })
  await expect.poll(() => show.evaluate((each) => each === document.activeElement)).toBe(true)
  await show.click()
  await close.click()
  await list.waitFor({ state: 'hidden' })
  await show.click()
  await list.waitFor()
  await page.mouse.click(350, 400)
  await list.waitFor({ state: 'hidden' })

  await deny.click()
  await page.getByText('You denied this call.').waitFor()
  expect(problems).toEqual([])
})
