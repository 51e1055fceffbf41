import { defineContract, McpError, operation } from '@mcp/protocol'
import { defineServer } from '@mcp/server'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import * as z from 'zod'

import { findViolations } from './check-accessibility.ts'
import { lacksChromium } from './chromium.ts'
import { tabTo, writeText } from './keyboard.ts'
import { openPage, takePicture } from './open-page.ts'
import type { RunningHub } from './running-hub.ts'
import { startHub } from './running-hub.ts'

const hints = { readOnly: true }
const probe = defineContract({
  name: 'probe',
  type: 'probe-request',
  target: 'item',
  version: '1.0.0',
  operations: {
    wait: operation({
      title: 'Wait',
      description: 'Reports progress until it is cancelled.',
      params: () => z.object({ note: z.string().optional() }),
      result: () => z.unknown(),
      hints,
      examples: [{ params: {} }],
    }),
    repeat: operation({
      title: 'Repeat',
      description: 'Returns a text many times.',
      params: () => z.object({ text: z.string(), times: z.int().min(1) }),
      result: () => z.unknown(),
      hints,
      examples: [{ params: { text: 'a', times: 2 } }],
    }),
    reject: operation({
      title: 'Reject',
      description: 'Reports an error at a param.',
      params: () => z.object({ url: z.string(), level: z.int().min(1).max(9).optional() }),
      result: () => z.unknown(),
      hints: { ...hints, interactive: true },
      examples: [{ params: { url: 'x' } }],
    }),
  },
})

let cancelled = 0
let token = 'first'
const json = (page: Page) => page.getByRole('textbox', { name: 'Arguments as JSON' })

let running: RunningHub
beforeAll(async () => {
  const server = defineServer(probe, {
    wait: async (_params, { signal, progress }) => {
      progress({ progress: 1, total: 4, message: 'One of four' })
      await new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          cancelled++
          reject(signal.reason)
        })
      })
    },
    repeat: ({ text, times }) => text.repeat(times),
    reject: async ({ url }, { elicit }) => {
      if (url !== 'ask') {
        const issues = [{ path: ['url'], message: 'Unknown host.' }]
        throw new McpError('invalid-params', 'Invalid url.', { details: { issues } })
      }
      const properties = { url: { type: 'string' }, level: { type: 'integer', default: 3 } }
      const schema = { type: 'object', properties, required: ['url'] }
      return elicit({ message: 'Which one?', schema })
    },
  })
  running = await startHub({
    servers: [server],
    authenticate: (request) =>
      request.header('authorization') === `Bearer ${token}` ? { id: 'ada' } : undefined,
  })
})
afterAll(() => running.close())

async function open(path: string, expectedStatuses: readonly number[] = []) {
  const opened = await openPage(running.url, { path, expectedStatuses: [401, ...expectedStatuses] })
  await signIn(opened.page)
  return opened
}

async function signIn(page: Page): Promise<void> {
  await page.getByLabel('Your token').fill(token)
  await page.keyboard.press('Enter')
  await page.getByText('live', { exact: true }).waitFor()
}

const result = (page: Page) => page.getByRole('region', { name: 'Result', exact: true })
const run = (page: Page) => page.getByRole('button', { name: 'Run' })
const field = (page: Page, name: string) =>
  page.getByRole('group', { name: 'Arguments' }).getByLabel(name)

it.skipIf(lacksChromium)('shows the progress of a call, and cancels it at its server', async () => {
  await using opened = await open('ui/console/probe/wait')
  const { page, problems } = opened
  await run(page).click()
  await result(page).getByText('One of four').waitFor()
  await takePicture(page, 'console-progress')
  expect(await findViolations(page)).toEqual([])
  await page.getByRole('button', { name: 'Cancel' }).click()
  await result(page).getByText('cancelled', { exact: true }).waitFor()
  expect(cancelled).toBe(1)
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)('saves a call, opens it from the list, and deletes it', async () => {
  await using opened = await open('ui/console/probe/repeat')
  const { page, problems } = opened
  await field(page, 'text').fill('ab')
  await field(page, 'times').fill('2')
  await page.getByRole('button', { name: 'Save…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('twice')
  await takePicture(page, 'console-save')
  expect(await findViolations(page)).toEqual([])
  await page.keyboard.press('Enter')
  await dialog.waitFor({ state: 'detached' })
  await page.getByText('Saved', { exact: false }).first().click()
  await field(page, 'text').fill('other')
  await page.getByRole('link', { name: 'twice' }).click()
  await page.waitForURL(/args=/)
  expect(await field(page, 'text').inputValue()).toBe('ab')
  await page.getByRole('button', { name: 'Delete twice' }).click()
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await page.getByRole('link', { name: 'twice' }).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Open in chat' }).click()
  const message = page.getByRole('textbox', { name: 'Message' })
  await message.waitFor()
  expect(await message.inputValue()).toBe('/probe.repeat text=ab times:=2')
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)('cuts a result of 2 MiB, and reads all of it on request', async () => {
  await using opened = await open('ui/console/probe/repeat')
  const { page, problems } = opened
  await field(page, 'text').fill('0123456789abcdef')
  await field(page, 'times').fill(String(2 ** 17))
  await run(page).click()
  await result(page)
    .getByText(/start of the result: [\d,]+ of 2,\d{3},\d{3} characters/)
    .waitFor()
  await takePicture(page, 'console-long')
  await result(page).getByRole('button', { name: 'Read the whole result' }).click()
  await result(page)
    .getByText(/^Cut: [\d,]+ of 2,\d{3},\d{3} characters/)
    .waitFor()
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)('shows HTML, links and terminal codes of a result as text', async () => {
  const text =
    '<img src=x onerror=alert(1)> [a](javascript:alert(1)) \u001B[31mred\u001B[0m <script>alert(1)</script>'
  await using opened = await open('ui/console/probe/repeat')
  const { page, problems } = opened
  await writeText(page, json(page), JSON.stringify({ text, times: 1 }))
  await run(page).click()
  await result(page).getByText('<script>alert(1)</script>').waitFor()
  expect(await result(page).locator('img, a, script').count()).toBe(0)
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)('keeps two forms with the same names separate', async () => {
  await using opened = await open('ui/console/probe/reject')
  const { page, problems } = opened
  await field(page, 'url').fill('bad')
  await field(page, 'level').fill('10')
  await run(page).click()
  await page.getByText('Must be at most 9.').first().waitFor()
  await field(page, 'level').fill('9')
  await run(page).click()
  await page.getByText('Unknown host.').first().waitFor()
  expect(await field(page, 'url').getAttribute('aria-invalid')).toBe('true')
  await field(page, 'url').fill('ask')
  await run(page).click()
  const card = page.getByRole('main').getByRole('region', { name: 'A server needs information' })
  await card.locator('label').filter({ hasText: 'url' }).click()
  expect(await card.getByLabel('level').inputValue()).toBe('3')
  await page.keyboard.type('answer')
  expect(await card.getByLabel('url').inputValue()).toBe('answer')
  expect(await field(page, 'url').inputValue()).toBe('ask')
  await takePicture(page, 'console-two-forms')
  expect(await findViolations(page)).toEqual([])
  await card.getByRole('button', { name: 'Send' }).click()
  await result(page).getByText('answer').waitFor()
  // Escape refuses.
  await run(page).click()
  await tabTo(page, card.getByLabel('url'))
  await page.keyboard.press('Escape')
  await result(page).getByText('cancel', { exact: true }).waitFor()
  await card.waitFor({ state: 'detached' })
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)('signs in over the form if the token was withdrawn', async () => {
  await using opened = await open('ui/console/probe/repeat')
  const { page, problems } = opened
  await field(page, 'text').fill('typed')
  await writeText(page, json(page), '{"text": "typed", "times": 3,')
  token = 'second'
  await writeText(page, json(page), '{"text": "typed", "times": 3}')
  await run(page).click()
  await page.getByText('This token is not valid').waitFor()
  await signIn(page)
  expect(await field(page, 'text').inputValue()).toBe('typed')
  await run(page).click()
  await result(page).getByText('typedtypedtyped').waitFor()
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)(
  'opens and closes the groups of the list with the arrow keys',
  async () => {
    await using opened = await open('ui/console')
    const { page, problems } = opened
    const focused = page.locator(':focus')
    await tabTo(page, page.getByText('probe', { exact: false }).first())
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    expect(await focused.textContent()).toBe('Wait')
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowLeft')
    await page.getByRole('link', { name: 'Wait' }).waitFor({ state: 'hidden' })
    await page.keyboard.press('End')
    await page.keyboard.press('Home')
    await page.keyboard.press('ArrowDown')
    expect(await focused.count()).toBe(1)
    expect(problems).toEqual([])
  },
)
