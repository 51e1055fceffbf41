import { resolve } from 'node:path'

import { createHub } from '@mcp/hub'
import type { Hub } from '@mcp/hub'
import { listen } from '@mcp/node'
import type { Listening } from '@mcp/node'
import { defineContract, operation } from '@mcp/protocol'
import { defineServer } from '@mcp/server'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import * as z from 'zod'

import { post } from './calls.ts'
import { lacksChromium, launchChromium } from './chromium.ts'

/** Folder for screenshots of the web client. */
const { SCREENSHOTS: screenshots } = process.env
const narrow = { viewport: { width: 390, height: 844 } }

const payment = defineContract({
  name: 'payment',
  type: 'payment-request',
  target: 'item',
  version: '1.0.0',
  operations: {
    pay: operation({
      title: 'Pay',
      description: 'Sends a URL to the user.',
      params: () => z.object({ url: z.string() }),
      result: () => z.unknown(),
      hints: { interactive: true },
      examples: [{ params: { url: 'https://example.com/pay' } }],
    }),
  },
})

let hub: Hub
let client: Listening
let sessionManager: Listening
let browser: Browser | undefined
beforeAll(async () => {
  const server = defineServer(payment, {
    pay: ({ url }, { elicit }) => elicit({ message: 'Pay here.', url }),
  })
  hub = createHub({ servers: [server] })
  client = await listen({ service: hub.services.client, port: 0 })
  sessionManager = await listen({ service: hub.services.sessionManager, port: 0 })
})
afterAll(async () => {
  await browser?.close()
  await client.close({ graceMs: 100 })
  await sessionManager.close({ graceMs: 100 })
  await hub.close()
})

/** Opens the web client in its own browser context, and collects its problems. */
async function openPage(options: BrowserContextOptions = {}) {
  browser ??= await launchChromium()
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const problems: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(message.text())
  })
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('requestfailed', (request) => problems.push(`${request.url()} failed`))
  page.on('response', (response) => {
    if (response.status() >= 400) problems.push(`${response.url()} said ${response.status()}`)
  })
  await page.goto(client.url)
  await page.getByText('live', { exact: true }).waitFor()
  return {
    page,
    problems,
    async [Symbol.asyncDispose]() {
      await context.close()
    },
  }
}

async function takePicture(page: Page, name: string): Promise<void> {
  if (screenshots === undefined) return
  await page.screenshot({ path: resolve(screenshots, `${name}.png`), fullPage: true })
}

it.skipIf(lacksChromium)('runs a prompt, and labels the response of the planner', async () => {
  await using opened = await openPage()
  const { page, problems } = opened
  await page.getByLabel('Prompt for the model').fill('What is 12 * 12?')
  await page.getByRole('button', { name: 'Send' }).click()
  const response = page.getByRole('region', { name: 'Prompt' })
  await response.getByText('calculator.multiply (a: 12, b: 12) → 144').waitFor()
  await response.getByText('144', { exact: true }).waitFor()
  expect(await response.getByText(/offline planner/i).count()).toBe(1)
  await takePicture(page, 'prompt')
  expect(problems).toEqual([])

  await page.getByRole('button', { name: 'New session' }).click()
  await response.getByText('144').first().waitFor({ state: 'detached' })
})

it.skipIf(lacksChromium)('runs an operation with the form of its schema', async () => {
  await using opened = await openPage()
  const { page, problems } = opened
  await page.getByLabel('Operation', { exact: true }).selectOption({ label: 'Add' })
  await page.getByLabel('a', { exact: true }).fill('40')
  await page.getByLabel('b', { exact: true }).fill('2')
  await page.getByRole('button', { name: 'Run' }).click()
  await page.getByRole('region', { name: 'Operations' }).getByText('42').waitFor()
  await takePicture(page, 'operation')
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)('finds operations by words, with the calculator first', async () => {
  await using opened = await openPage({ colorScheme: 'dark' })
  const { page, problems } = opened
  const choice = page.getByLabel('Operation', { exact: true })
  const groups = choice.locator('optgroup')
  expect(await groups.first().getAttribute('label')).toBe('calculator')
  await page.getByLabel('Find').fill('json sch')
  await page.getByText(/^\d of \d+ operations$/).waitFor()
  await page.getByLabel('Find').press('Enter')
  await choice.selectOption({ label: 'Validate data' })
  await page.getByRole('button', { name: 'Fill in the example' }).click()
  const schema = page.getByLabel('schema', { exact: true })
  expect(await schema.evaluate((field) => field.scrollHeight - field.clientHeight)).toBe(0)
  await page.getByRole('button', { name: 'Run' }).click()
  await page.getByRole('region', { name: 'Operations' }).getByText('"valid"').waitFor()
  await takePicture(page, 'find-dark')
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)('shows the notifications of its own session only', async () => {
  await using first = await openPage()
  await using second = await openPage()
  const ids = await Promise.all([sessionOf(first.page), sessionOf(second.page)])
  expect(ids[0]).not.toBe(ids[1])

  const path = `${sessionManager.url}/sessions/${ids[0]}/notifications`
  const notification = { type: 'tea-is-ready', data: { cups: 2 } }
  expect(await post(path, notification)).toMatchObject({ status: 202 })
  await first.page.getByText('tea-is-ready').waitFor()
  await takePicture(first.page, 'events')
  expect(await second.page.getByText('tea-is-ready').count()).toBe(0)
  expect([...first.problems, ...second.problems]).toEqual([])
})

it.skipIf(lacksChromium).each([
  ['https://example.com/pay', 1],
  ['javascript:alert(1)', 0],
])(
  'shows the URL %s of an interaction as a link only if it is a web address',
  async (url, links) => {
    await using opened = await openPage()
    const { page, problems } = opened
    await page.getByLabel('Operation', { exact: true }).selectOption({ label: 'Pay' })
    await page.getByLabel('url', { exact: true }).fill(url)
    await page.getByRole('button', { name: 'Run' }).click()
    const interaction = page.locator('#events li', { hasText: 'Pay here.' })
    await interaction.getByText(url).waitFor()
    expect(await interaction.getByRole('link').count()).toBe(links)
    await interaction.getByRole('button', { name: 'Accept' }).click()
    await page.getByRole('region', { name: 'Operations' }).getByText('"accept"').waitFor()
    expect(problems).toEqual([])
  },
)

it.skipIf(lacksChromium)('stays within the width of a telephone', async () => {
  await using opened = await openPage(narrow)
  const { page, problems } = opened
  await page.getByLabel('Prompt for the model').fill('What is 12 * 12?')
  await page.getByRole('button', { name: 'Send' }).click()
  await page.getByText('144').first().waitFor()
  await takePicture(page, 'telephone')
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  expect(problems).toEqual([])
})

/** The session's id, which no script of the page can read. */
async function sessionOf(page: Page): Promise<string> {
  const cookies = await page.context().cookies()
  const cookie = cookies.find(({ name }) => name === 'mcp_session')
  expect(cookie).toMatchObject({ httpOnly: true })
  return cookie?.value ?? ''
}
