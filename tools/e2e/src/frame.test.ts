import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'

import { findViolations } from './check-accessibility.ts'
import { lacksChromium } from './chromium.ts'
import { expectNoOverflow, openPage, takePicture } from './open-page.ts'
import type { OpenedPage } from './open-page.ts'
import type { RunningHub } from './running-hub.ts'
import { startHub } from './running-hub.ts'

let running: RunningHub
beforeAll(async () => {
  running = await startHub()
})
afterAll(() => running.close())

const looks: readonly (readonly [string, BrowserContextOptions])[] = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['narrow', { viewport: { width: 360, height: 740 } }],
]

it.skipIf(lacksChromium).each(looks)('has no violation: %s', async (look, options) => {
  await using opened = await openPage(running.url, { path: 'ui/servers', ...options })
  const { page, problems } = opened
  await page.getByText('database', { exact: true }).waitFor()
  await takePicture(page, `servers-${look}`)
  expect(await findViolations(page)).toEqual([])
  await expectNoOverflow(page)
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium).each(looks)('searches by keyboard: %s', async (look, options) => {
  await using opened = await openPage(running.url, { path: 'ui/servers', ...options })
  const { page, problems } = opened
  await page.getByText('live', { exact: true }).waitFor()
  await page.keyboard.press('Control+k')
  const search = page.getByRole('combobox', { name: 'Search' })
  await search.fill('theme dark')
  await page.getByRole('option', { name: 'Theme: dark' }).waitFor()
  await takePicture(page, `palette-${look}`)
  expect(await findViolations(page)).toEqual([])
  await search.press('Enter')
  await search.waitFor({ state: 'detached' })
  expect(await page.locator('html').getAttribute('data-theme')).toBe('dark')
  await page.getByRole('heading', { name: 'Servers' }).click()
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keys' }).waitFor()
  expect(await findViolations(page)).toEqual([])
  await page.keyboard.press('Escape')
  await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'detached' })
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)('describes the session, and starts a new one', async () => {
  await using opened = await openPage(running.url, { path: 'ui/servers' })
  const { page, problems } = opened
  await page.getByText('live', { exact: true }).waitFor()
  await page.getByRole('button', { name: /^Session/ }).click()
  const panel = page.getByRole('dialog', { name: 'Session' })
  const id = await panel.getByText(/^ses-/).textContent()
  await takePicture(page, 'session')
  expect(await findViolations(page)).toEqual([])
  await panel.getByRole('button', { name: 'Close it and start a new one' }).click()
  await expect.poll(() => panel.getByText(/^ses-/).textContent(), { timeout: 10_000 }).not.toBe(id)
  await page.getByText('live', { exact: true }).waitFor()
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)(
  'shares one stream between eight tabs, also after one closes',
  async () => {
    await using first = await openPage(running.url, { path: 'ui/servers' })
    const context = first.page.context()
    const streams = new Set<string>()
    const cut = (page: Page) => {
      page.on('request', (request) => {
        if (new URL(request.url()).pathname === '/stream') streams.add(request.url())
      })
    }
    await first.page.getByText('live', { exact: true }).waitFor()
    const others: OpenedPage[] = []
    context.on('page', cut)
    for (let count = 1; count < 8; count++) {
      others.push(await openPage(running.url, { path: 'ui/servers', context }))
    }
    for (const { page } of others) await page.getByText('live', { exact: true }).waitFor()
    expect(streams.size).toBe(0)
    const taken = others[0]?.page.waitForRequest((request) =>
      new URL(request.url()).pathname.endsWith('/stream'),
    )
    const startedAt = performance.now()
    await first.page.close()
    await taken
    expect(performance.now() - startedAt).toBeLessThan(2000)
    for (const { page, problems } of others) {
      await page.getByText('live', { exact: true }).waitFor()
      expect(problems).toEqual([])
    }
  },
)

it.skipIf(lacksChromium)('requests a token over the view, and keeps it over a reload', async () => {
  const guarded = await startHub({
    authenticate: (request) =>
      request.header('authorization') === 'Bearer secret' ? { id: 'ada' } : undefined,
  })
  try {
    await using opened = await openPage(guarded.url, {
      path: 'ui/servers',
      expectedStatuses: [401],
    })
    const { page, problems } = opened
    const token = page.getByLabel('Your token')
    await token.waitFor()
    await takePicture(page, 'sign-in')
    expect(await findViolations(page)).toEqual([])
    await token.fill('wrong')
    await token.press('Enter')
    await page.getByText('This token is not valid').waitFor()
    await token.fill('secret')
    await token.press('Enter')
    await page.getByText('database', { exact: true }).waitFor()
    await page.getByText('live', { exact: true }).waitFor()
    await page.reload()
    await page.getByText('live', { exact: true }).waitFor()
    expect(await token.count()).toBe(0)
    expect(problems).toEqual([])
  } finally {
    await guarded.close()
  }
})

it.skipIf(lacksChromium)('opens the first view at the root, with at most 150 kB', async () => {
  await using opened = await openPage(running.url)
  const { page, problems } = opened
  expect(new URL(page.url()).pathname).toMatch(/^\/ui\/[a-z]+$/)
  const bytes = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .filter(({ name }) => /\/assets\/.*\.(js|css)$/.test(name))
      .reduce((sum, entry) => sum + Number(Reflect.get(entry, 'encodedBodySize')), 0),
  )
  expect(bytes).toBeGreaterThan(10_000)
  expect(bytes).toBeLessThanOrEqual(150_000)
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)('names an address without a view', async () => {
  await using opened = await openPage(running.url, { path: 'ui/missing/thing' })
  const { page, problems } = opened
  await page.getByRole('heading', { name: 'No such page' }).waitFor()
  expect(await page.getByText('/missing/thing').count()).toBe(1)
  await page.getByRole('main').getByRole('link', { name: 'Servers' }).click()
  await page.getByRole('heading', { name: 'Servers' }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/ui/servers')
  expect(problems).toEqual([])
})
