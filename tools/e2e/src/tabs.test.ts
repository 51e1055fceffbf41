import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { defineContract, operation } from '@mcp/protocol'
import { defineServer } from '@mcp/server'
import { afterAll, beforeAll, expect, it } from 'vitest'
import * as z from 'zod'

import { lacksChromium } from './chromium.ts'
import type { CuttingProxy } from './cutting-proxy.ts'
import { startProxy } from './cutting-proxy.ts'
import type { OpenedPage } from './open-page.ts'
import { openPage } from './open-page.ts'
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

const first = Promise.withResolvers<void>()
let folder = ''
let running: RunningHub
let proxy: CuttingProxy

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tabs-'))
  const write = { root: 'workspace', path: 'list.md', content: 'milk\n' }
  running = await startHub({
    servers: [
      defineServer(payment, {
        pay: ({ url }, { elicit }) => elicit({ message: 'Pay here.', url }),
      }),
    ],
    llm: standInModel({
      Slow: [{ text: ['One ', 'two.'], gate: first.promise }],
      Write: [
        { calls: [{ id: 'w1', name: 'roots_write_file', arguments: write }] },
        { text: ['Written.'] },
      ],
    }),
    roots: { roots: [{ name: 'workspace', path: folder, permissions: ['read', 'write'] }] },
  })
  proxy = await startProxy(running.url)
})
afterAll(async () => {
  await proxy.close()
  await running.close()
  await rm(folder, { recursive: true })
})

const isLive = ({ page }: OpenedPage) => page.getByText('live', { exact: true }).waitFor()

it.skipIf(lacksChromium)(
  'keeps eight tabs live with one stream, also after the leading one is closed',
  async () => {
    await using leading = await openPage(proxy.url, { path: 'ui/chat' })
    await isLive(leading)
    await leading.page.getByRole('textbox', { name: 'Message' }).fill('Slow')
    await leading.page.keyboard.press('Enter')
    await leading.page.getByText('One', { exact: true }).waitFor()
    const path = new URL(leading.page.url()).pathname.slice(1)
    const context = leading.page.context()
    const tabs: OpenedPage[] = []
    for (let count = 1; count < 8; count++) {
      tabs.push(await openPage(proxy.url, { path, context }))
    }
    const all = [leading, ...tabs]
    // An answer in progress, in tabs that opened after its start.
    for (const { page } of all) await page.getByText('One', { exact: true }).waitFor()
    await Promise.all(all.map(isLive))
    await expect.poll(() => proxy.openStreams()).toBe(1)

    const requested = proxy.requestedStreams()
    const closedAt = performance.now()
    await leading.page.close()
    await expect.poll(() => proxy.requestedStreams(), { interval: 10 }).toBeGreaterThan(requested)
    const takeoverMs = performance.now() - closedAt
    console.info(`Another tab has taken over after ${Math.round(takeoverMs)} ms.`)
    expect(takeoverMs).toBeLessThan(2000)
    await expect.poll(() => proxy.openStreams()).toBe(1)
    first.resolve()
    for (const { page } of tabs) await page.getByText('One two.').waitFor()
    await Promise.all(tabs.map(isLive))

    // A decision in one tab.
    const [one, two] = tabs
    await one?.page.getByRole('textbox', { name: 'Message' }).fill('Write')
    await one?.page.keyboard.press('Enter')
    const cards = tabs.map(({ page }) =>
      page.getByRole('region', { name: 'The model wants to call roots.writeFile' }),
    )
    for (const card of cards) await card.waitFor()
    await expect.poll(() => proxy.openStreams()).toBe(1)
    await two?.page.getByRole('button', { name: 'Allow once' }).click()
    for (const card of cards) await card.waitFor({ state: 'detached' })
    for (const { page, problems } of tabs) {
      await page.getByText('Written.').waitFor()
      expect(problems).toEqual([])
    }
    await expect.poll(() => proxy.openStreams()).toBe(1)
  },
)

it.skipIf(lacksChromium)(
  'shows what waits in a tab that opens later, and after a reload',
  async () => {
    const args = encodeURIComponent(JSON.stringify({ url: 'https://example.com/pay' }))
    await using asking = await openPage(proxy.url, { path: `ui/console/payment/pay?args=${args}` })
    await isLive(asking)
    await asking.page.getByRole('button', { name: 'Run' }).click()
    const waiting = { name: 'Waiting for you 1' }
    await asking.page.getByRole('button', waiting).waitFor()
    const context = asking.page.context()
    await using later = await openPage(proxy.url, { path: 'ui/servers', context })
    await later.page.getByRole('button', waiting).waitFor()
    await later.page.reload()
    await later.page.getByRole('button', waiting).click()
    const card = later.page.getByRole('group', { name: 'A server needs information' })
    await card.getByRole('button', { name: 'Decline' }).click()
    await card.waitFor({ state: 'detached' })
    for (const { page, problems } of [asking, later]) {
      await page.getByRole('button', { name: 'Waiting for you none' }).waitFor()
      expect(problems).toEqual([])
    }
  },
)
