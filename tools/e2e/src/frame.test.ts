import type { BrowserContextOptions } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'

import { findViolations } from './check-accessibility.ts'
import { lacksChromium } from './chromium.ts'
import { tabTo } from './keyboard.ts'
import { expectNoOverflow, openPage, takePicture } from './open-page.ts'
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

it.skipIf(lacksChromium)('opens, switches and closes sessions', async () => {
  await using opened = await openPage(running.url, { path: 'ui/servers' })
  const { page, problems } = opened
  await page.getByText('live', { exact: true }).waitFor()
  await page.getByRole('button', { name: /^Session/ }).click()
  const panel = page.getByRole('dialog', { name: 'Session' })
  const id = () => panel.getByText(/^ses-/).textContent()
  const first = await id()
  await panel.getByRole('button', { name: 'New session' }).click()
  const others = panel.getByRole('region', { name: 'Other sessions' })
  await others.getByRole('listitem').waitFor()
  await expect.poll(id).not.toBe(first)
  await takePicture(page, 'session')
  expect(await findViolations(page)).toEqual([])
  await others.getByRole('button', { name: /^Switch/ }).press('Enter')
  await expect.poll(id).toBe(first)
  await panel.getByRole('button', { name: 'Close this session' }).click()
  await others.waitFor({ state: 'detached' })
  await expect.poll(id).not.toBe(first)
  await page.getByText('live', { exact: true }).waitFor()
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)('has a header of one line at 360 px, and a bar of views', async () => {
  await using opened = await openPage(running.url, {
    path: 'ui/servers',
    viewport: { width: 360, height: 740 },
  })
  const { page } = opened
  await page.getByText('live', { exact: true }).waitFor()
  const header = await page.getByRole('banner').boundingBox()
  expect(header?.height).toBeLessThan(48)
  const rail = await page.getByRole('navigation', { name: 'Views' }).boundingBox()
  expect(rail).toMatchObject({ x: 0, width: 360 })
  expect(rail?.y).toBeGreaterThan(600)
  await expectNoOverflow(page)
})

it.skipIf(lacksChromium)('can be used with the colours of the system', async () => {
  await using opened = await openPage(running.url, {
    path: 'ui/servers',
    forcedColors: 'active',
    reducedMotion: 'reduce',
  })
  const { page } = opened
  await page.getByText('live', { exact: true }).waitFor()
  await takePicture(page, 'forced-colours')
  const link = page.getByRole('navigation', { name: 'Views' }).getByRole('link').first()
  await tabTo(page, link)
  const style = await link.evaluate((element) => {
    const { outlineStyle, outlineWidth, transitionDuration } = getComputedStyle(element)
    return { outlineStyle, outlineWidth, transitionDuration }
  })
  expect(style).toMatchObject({ outlineStyle: 'solid', outlineWidth: '2px' })
  expect(Number.parseFloat(style.transitionDuration)).toBeLessThan(0.01)
  const current = page.getByRole('navigation', { name: 'Views' }).locator('[aria-current=page]')
  const marker = await current.evaluate((element) => getComputedStyle(element).borderBottomStyle)
  expect(marker).toBe('solid')
  expect(await findViolations(page)).toEqual([])
})

it.skipIf(lacksChromium)('finds saved calls, and shows what was used last first', async () => {
  await using opened = await openPage(running.url, { path: 'ui/console/tools/calculator.add' })
  const { page, problems } = opened
  const payload = { tool: 'calculator', operation: 'add', params: { a: 20, b: 22 } }
  const saved = await page.request.put(new URL('saved-calls/answer', running.url).href, {
    data: { type: 'tool-execution', payload, description: 'The answer to everything.' },
    headers: { 'x-mcp-page': '1' },
  })
  expect(saved.ok()).toBe(true)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page
    .getByRole('navigation', { name: 'Views' })
    .getByRole('link', { name: 'Servers' })
    .click()
  await page.getByRole('heading', { name: 'Servers' }).waitFor()
  await page.goBack()
  await page.waitForURL('**/ui/console/tools/calculator.add')
  await page.goForward()
  await page.getByRole('heading', { name: 'Servers' }).waitFor()

  await page.keyboard.press('Control+k')
  const search = page.getByRole('combobox', { name: 'Search' })
  const options = page.getByRole('option')
  await options.filter({ hasText: 'tools' }).first().waitFor()
  const [last, before] = await options.allTextContents()
  expect(last).toMatch(/^Servers/)
  expect(before).toMatch(/tools$/)
  await search.fill('everything')
  await options.filter({ hasText: 'Saved call' }).waitFor()
  await search.press('Enter')
  await page.waitForURL('**/ui/console/tools/calculator.add?args=*')
  await expect
    .poll(() =>
      page
        .getByRole('main')
        .locator('input')
        .evaluateAll((inputs) => inputs.map((input) => Reflect.get(input, 'value'))),
    )
    .toContain('22')
  expect(problems).toEqual([])
})

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

it.skipIf(lacksChromium)('opens the first view at the root', async () => {
  await using opened = await openPage(running.url)
  expect(new URL(opened.page.url()).pathname).toMatch(/^\/ui\/[a-z]+$/)
  expect(opened.problems).toEqual([])
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

it.skipIf(lacksChromium)(
  'names a conversation that is gone or of another owner, and an operation that is gone',
  async () => {
    const created = await fetch(new URL('conversations', running.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-mcp-owner': 'k'.repeat(43) },
      body: '{}',
    })
    const { id } = Object(await created.json())
    await using opened = await openPage(running.url, {
      path: `ui/chat/${id}`,
      expectedStatuses: [404],
    })
    const { page, problems } = opened
    await page.getByText(`No conversation "${id}"`).waitFor()
    expect(await findViolations(page)).toEqual([])
    await page.getByRole('link', { name: 'Start a new conversation' }).click()
    await page.getByRole('textbox', { name: 'Message' }).waitFor()
    await page.goto(new URL('ui/console/tools/gone', running.url).href)
    await page.getByText('The server “tools” has no operation “gone”.').waitFor()
    await page.goto(new URL('ui/console/gone/gone', running.url).href)
    await page.getByText('No server is named “gone”.').waitFor()
    expect(problems).toEqual([])
  },
)
