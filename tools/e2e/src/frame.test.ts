import type { BrowserContextOptions } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'

import { findViolations } from './check-accessibility.ts'
import { lacksChromium } from './chromium.ts'
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
