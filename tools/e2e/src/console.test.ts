import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'

import { findViolations } from './check-accessibility.ts'
import { lacksChromium } from './chromium.ts'
import { readText, tabTo, writeText } from './keyboard.ts'
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

const result = (page: Page) => page.getByRole('region', { name: 'Result', exact: true })
const json = (page: Page) => page.getByRole('textbox', { name: 'Arguments as JSON' })

it.skipIf(lacksChromium).each(looks)('has no violation: %s', async (look, options) => {
  await using opened = await openPage(running.url, { path: 'ui/console', ...options })
  const { page, problems } = opened
  await page.getByRole('searchbox', { name: 'Search operations' }).waitFor()
  await takePicture(page, `console-${look}`)
  expect(await findViolations(page)).toEqual([])
  await expectNoOverflow(page)

  await page.goto(new URL('ui/console/tools/list', running.url).href)
  await page.getByRole('group', { name: 'Examples' }).getByRole('button').first().click()
  await page.getByRole('button', { name: 'Run' }).click()
  await result(page).getByRole('grid').waitFor()
  await takePicture(page, `console-result-${look}`)
  expect(await findViolations(page)).toEqual([])
  await expectNoOverflow(page)
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)('finds an operation and runs it, with the mouse', async () => {
  await using opened = await openPage(running.url, { path: 'ui/console' })
  const { page, problems } = opened
  await page.getByRole('searchbox', { name: 'Search operations' }).fill('average of numbers')
  await page.getByRole('link', { name: 'statistics' }).click()
  await page.getByRole('heading', { level: 1 }).waitFor()
  await writeText(page, json(page), '{"values": [1, 2, 6]}')
  expect(await page.getByLabel('Item 3', { exact: false }).first().inputValue()).toBe('6')
  await page.getByRole('button', { name: 'Run' }).click()
  await result(page).getByText('success').waitFor()
  expect(await result(page).textContent()).toContain('mean3')
  await page.getByRole('button', { name: 'Envelope' }).click()
  await result(page).getByText('metadata').waitFor()
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)('runs an operation with the keyboard alone', async () => {
  await using opened = await openPage(running.url, { path: 'ui/console' })
  const { page, problems } = opened
  await tabTo(page, page.getByRole('searchbox', { name: 'Search operations' }))
  await page.keyboard.type('calculator.add')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Add', exact: true }).waitFor()
  await tabTo(page, page.getByRole('group', { name: 'Arguments' }).getByLabel(/^a/))
  await page.keyboard.type('1.50')
  await page.keyboard.press('Tab')
  await page.keyboard.type('2')
  await page.keyboard.press('Enter')
  await result(page).getByText('3.5').waitFor()
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)('reports each error at its field, and sends nothing', async () => {
  await using opened = await openPage(running.url, { path: 'ui/console/roots/readFile' })
  const { page, problems } = opened
  await page.getByRole('button', { name: 'Run' }).click()
  const root = page.getByLabel(/^root/)
  await page.locator('[aria-invalid=true]').first().waitFor()
  expect(await root.getAttribute('aria-invalid')).toBe('true')
  expect(await page.locator(':focus').getAttribute('aria-invalid')).toBe('true')
  await writeText(page, json(page), '{\n  "root": "workspace",\n  "path": oops\n}')
  await page.getByText('Invalid JSON in line 3').waitFor()
  expect(await result(page).count()).toBe(0)
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)('sends an empty text if one is meant', async () => {
  await using opened = await openPage(running.url, {
    path: 'ui/console/tools/textProcessor.toUpperCase',
  })
  const { page, problems } = opened
  await page.getByRole('button', { name: 'Run' }).click()
  await page.getByText('Required.').first().waitFor()
  await page.getByRole('button', { name: 'Empty text for text' }).click()
  expect(JSON.parse(await readText(json(page)))).toEqual({ text: '' })
  await page.getByRole('button', { name: 'Run' }).click()
  await result(page).getByText('Empty text').waitFor()
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)(
  'draws every operation, and keeps the arguments of its examples',
  { timeout: 300_000 },
  async () => {
    await using opened = await openPage(running.url, { path: 'ui/console' })
    const { page, problems } = opened
    const changed: string[] = []
    const servers = running.hub.dispatcher.descriptions()
    for (const { name, operations } of servers) {
      for (const { target, operation, targetKey, examples } of operations) {
        const path = target === undefined || target === name ? operation : `${target}.${operation}`
        for (const example of examples.slice(0, 2)) {
          const isNamed = target === undefined && example.target !== undefined
          const args = { ...(isNamed ? { [targetKey]: example.target } : {}), ...example.params }
          const query = `?args=${encodeURIComponent(JSON.stringify(args))}`
          // Without a load of the page, an operation takes milliseconds.
          await page.evaluate((address) => {
            history.pushState(null, '', address)
          }, `/ui/console/${name}/${path}${query}`)
          await page
            .getByRole('main')
            .getByText(`${name}.${path}`, { exact: true })
            .last()
            .waitFor()
          const shown: unknown = JSON.parse(await readText(json(page)))
          if (JSON.stringify(shown) !== JSON.stringify(args)) changed.push(`${name}.${path}`)
        }
      }
    }
    expect(changed).toEqual([])
    expect(servers.flatMap(({ operations }) => operations).length).toBeGreaterThanOrEqual(146)
    expect(problems).toEqual([])
  },
)
