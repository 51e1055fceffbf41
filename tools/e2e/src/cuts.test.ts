import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createFileConversationStore, createFileStores } from '@mcp/store-file'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'

import { findViolations } from './check-accessibility.ts'
import { lacksChromium } from './chromium.ts'
import type { CuttingProxy } from './cutting-proxy.ts'
import { startProxy } from './cutting-proxy.ts'
import { dictatedModel } from './dictated-model.ts'
import { expectNoOverflow, openPage, takePicture } from './open-page.ts'
import type { RunningHub } from './running-hub.ts'
import { startHub } from './running-hub.ts'

/** With `E2E_FULL=1`, the hub is away for two minutes, and the page reconnects 20 times by itself. */
const isFull = process.env['E2E_FULL'] !== undefined
const awayMs = isFull ? 120_000 : 2500
const cuts = isFull ? 20 : 8
/** Cuts after which the page reconnects by itself. After the others, the test presses the button. */
const waits = isFull ? cuts : 2
const fullTimeoutMs = isFull ? 300_000 : 60_000

const model = dictatedModel()
let folder = ''
let running: RunningHub
let proxy: CuttingProxy
let stop: () => Promise<void>

/** Starts a hub with its data in the folder, as the app does. */
async function start(port?: number): Promise<void> {
  const stores = createFileStores(join(folder, 'sessions.db'))
  const conversationStore = createFileConversationStore(join(folder, 'conversations.db'))
  running = await startHub({ llm: model.provider, stores, conversationStore }, port)
  stop = async () => {
    await running.close()
    await stores.close()
    conversationStore.close()
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cuts-'))
  await start()
  proxy = await startProxy(running.url)
})
afterAll(async () => {
  await proxy.close()
  await stop()
  await rm(folder, { recursive: true })
})

/** The problems of a page, without those of connections that the test has cut. */
const others = (problems: readonly string[]) =>
  problems.filter((problem) => !/net::ERR_|responded 503/.test(problem))

async function ask(page: Page, prompt: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill(prompt)
  await page.keyboard.press('Enter')
}

const live = (page: Page) => page.getByText('live', { exact: true }).waitFor()

it.skipIf(lacksChromium)(
  'shows each piece of an answer once although the stream is cut many times',
  async () => {
    await using opened = await openPage(proxy.url, { path: 'ui/chat' })
    const { page, problems } = opened
    await live(page)
    await ask(page, 'Cut')
    let text = ''
    const add = (piece: string) => {
      text += piece
      model.say(piece)
    }
    for (let number = 1; number <= cuts; number++) {
      add(`a${number} `)
      await page.getByText(text.trim(), { exact: true }).waitFor()
      proxy.cut()
      await page.getByText(/^reconnecting in \d+ s$/).waitFor()
      add(`b${number} `)
      if (number > waits) await page.getByRole('button', { name: 'Retry now' }).click()
      await live(page)
      await page.getByText(text.trim(), { exact: true }).waitFor()
    }
    model.finish()
    await page.getByRole('button', { name: 'Send' }).waitFor()
    await page.getByText('dictated-small').waitFor()
    expect(await page.getByText(text.trim(), { exact: true }).count()).toBe(1)
    expect(others(problems)).toEqual([])
  },
  fullTimeoutMs,
)

it.skipIf(lacksChromium)(
  'goes on with a half-written answer after the hub was away and restarted',
  async () => {
    await using opened = await openPage(proxy.url, {
      path: 'ui/chat',
      viewport: { width: 360, height: 740 },
    })
    const { page, problems } = opened
    await live(page)
    await ask(page, 'Restart')
    model.say('Half of it.')
    await page.getByText('Half of it.').waitFor()
    const port = Number(new URL(running.url).port)
    await stop()
    await page.getByText(/^reconnecting in \d+ s$|^not reachable since/).waitFor()
    await takePicture(page, 'cut-narrow')
    expect(await findViolations(page)).toEqual([])
    await expectNoOverflow(page)
    const header = await page.getByRole('banner').boundingBox()
    expect(header?.height).toBeLessThan(84)
    await new Promise((resolve) => setTimeout(resolve, awayMs))
    await start(port)
    await page.getByRole('button', { name: 'Continue' }).waitFor({ timeout: 60_000 })
    await live(page)
    await page.getByRole('button', { name: 'Continue' }).click()
    model.say('The other half.')
    model.finish()
    await page.getByText('The other half.').waitFor()
    await page.getByRole('button', { name: 'Send' }).waitFor()
    expect(await page.getByText('Half of it.').count()).toBe(1)
    expect(await page.getByText('The other half.').count()).toBe(1)
    await takePicture(page, 'continued')
    expect(others(problems)).toEqual([])
  },
  fullTimeoutMs,
)

it.skipIf(lacksChromium)(
  'says since when the hub is not reachable, and is live again after the clock has moved',
  async () => {
    await using opened = await openPage(proxy.url, { path: 'ui/chat' })
    const { page, problems } = opened
    await page.clock.install()
    await page.reload()
    await live(page)
    await ask(page, 'Sleep')
    model.say('Before.')
    await page.getByText('Before.').waitFor()
    const release = proxy.block()
    await page.getByText(/^reconnecting in \d+ s$/).waitFor()
    await page.clock.fastForward(60_000)
    await page.getByText(/^not reachable since .+, next attempt in \d+ s$/).waitFor()
    await takePicture(page, 'not-reachable')
    release()
    model.say(' During.')
    model.finish()
    // A laptop that slept for two hours.
    await page.clock.fastForward('02:00:00')
    await live(page)
    await page.getByText('Before. During.', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Send' }).waitFor()
    await ask(page, 'Awake')
    model.say('After.')
    await page.getByText('After.').waitFor()
    model.finish()
    await page.getByRole('button', { name: 'Send' }).waitFor()
    expect(others(problems)).toEqual([])
  },
)
