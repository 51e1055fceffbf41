import { defineContract, operation } from '@mcp/protocol'
import { defineServer } from '@mcp/server'
import { afterAll, beforeAll, expect, it } from 'vitest'
import * as z from 'zod'

import { findViolations } from './check-accessibility.ts'
import { lacksChromium } from './chromium.ts'
import { tabTo } from './keyboard.ts'
import { openPage, takePicture } from './open-page.ts'
import type { RunningHub } from './running-hub.ts'
import { startHub } from './running-hub.ts'
import { standInModel } from './stand-in-model.ts'

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
      hints: { interactive: true, readOnly: true },
      examples: [{ params: { url: 'https://example.com/pay' } }],
    }),
  },
})

const urls = [
  ['https://example.com/pay', 1],
  ['javascript:alert(1)', 0],
] as const

let running: RunningHub
beforeAll(async () => {
  const server = defineServer(payment, {
    pay: ({ url }, { elicit }) => elicit({ message: 'Pay here.', url }),
  })
  const turns = urls.map(([url]): [string, Parameters<typeof standInModel>[0][string]] => [
    `Pay at ${url}`,
    [{ calls: [{ id: 'p1', name: 'payment_pay', arguments: { url } }] }, { text: ['Paid.'] }],
  ])
  running = await startHub({ servers: [server], llm: standInModel(Object.fromEntries(turns)) })
})
afterAll(() => running.close())

it.skipIf(lacksChromium).each(urls)(
  'shows the URL %s of an interaction in the chat as a link only if it is a web address',
  async (url, links) => {
    await using opened = await openPage(running.url, { path: 'ui/chat' })
    const { page, problems } = opened
    await page.getByRole('textbox', { name: 'Message' }).fill(`Pay at ${url}`)
    await page.keyboard.press('Enter')
    const card = page.getByRole('region', { name: 'A server needs information' })
    await card.getByText(url).waitFor()
    expect(await card.getByRole('link').count()).toBe(links)
    await card.getByRole('button', { name: 'Accept' }).click()
    await page.getByText('Paid.', { exact: true }).waitFor()
    expect(await card.count()).toBe(0)
    expect(problems).toEqual([])
  },
)

const title = 'A server needs information'

it.skipIf(lacksChromium).each(urls)(
  'shows the URL %s of an interaction in the console as a link only if it is a web address',
  async (url, links) => {
    const args = encodeURIComponent(JSON.stringify({ url }))
    await using opened = await openPage(running.url, {
      path: `ui/console/payment/pay?args=${args}`,
    })
    const { page, problems } = opened
    await page.getByText('live', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Run' }).click()
    const card = page.getByRole('main').getByRole('region', { name: title })
    await card.getByText(url).waitFor()
    expect(await card.getByRole('link').count()).toBe(links)
    await takePicture(page, `console-interaction-${links}`)
    expect(await findViolations(page)).toEqual([])
    await card.getByRole('button', { name: 'Accept' }).click()
    await page.getByRole('region', { name: 'Result' }).getByText('success').waitFor()
    await page.getByRole('region', { name: 'Result' }).getByText('accept').waitFor()
    await card.waitFor({ state: 'detached' })
    expect(problems).toEqual([])
  },
)

it.skipIf(lacksChromium)('responds to an interaction of a call in the frame', async () => {
  const args = encodeURIComponent(JSON.stringify({ url: 'https://example.com/pay' }))
  await using opened = await openPage(running.url, { path: `ui/console/payment/pay?args=${args}` })
  const { page, problems } = opened
  await page.getByText('live', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Run' }).click()
  const menu = page.getByRole('dialog', { name: 'Waiting for you' })
  await page.getByRole('button', { name: 'Waiting for you 1' }).click()
  const card = menu.getByRole('group', { name: title })
  await card.getByText('Pay here.').waitFor()
  await takePicture(page, 'waiting')
  expect(await findViolations(page)).toEqual([])
  // Escape closes the menu and leaves the interaction open.
  await tabTo(page, card.getByRole('button', { name: 'Decline' }))
  await page.keyboard.press('Escape')
  await menu.waitFor({ state: 'hidden' })
  await page.getByRole('button', { name: 'Waiting for you 1' }).click()
  await card.getByRole('button', { name: 'Decline' }).click()
  await menu.getByText('Nothing waits for you.').waitFor()
  await page.getByRole('region', { name: 'Result' }).getByText('decline').waitFor()
  expect(problems).toEqual([])
})
