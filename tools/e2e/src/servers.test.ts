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

it.skipIf(lacksChromium)('links the operations of a server to the console', async () => {
  await using opened = await openPage(running.url, { path: 'ui/servers' })
  const { page, problems } = opened
  const server = page.getByRole('listitem').filter({
    has: page.getByRole('heading', { name: 'database' }),
  })
  await server.getByText('healthy', { exact: true }).waitFor()
  await server.getByText(/^\d+ operations$/).click()
  await server.getByRole('link', { name: 'List tables' }).click()
  await page.getByRole('heading', { name: 'List tables' }).waitFor()
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)('saves the key of a provider, and never shows it', async () => {
  const options = { path: 'ui/servers/models', viewport: { width: 360, height: 740 } }
  await using opened = await openPage(running.url, options)
  const { page, problems } = opened
  const provider = page.getByRole('listitem').filter({
    has: page.getByRole('heading', { name: 'Anthropic', exact: true }),
  })
  await provider.getByText('not configured').waitFor()
  await provider.getByText('Key and address of Anthropic').click()
  await takePicture(page, 'models-narrow')
  expect(await findViolations(page)).toEqual([])
  await expectNoOverflow(page)
  await provider.getByLabel('Address of Anthropic').fill('http://127.0.0.1:9/v1')
  await provider.getByLabel('Key of Anthropic').fill('key-of-the-test')
  await provider.getByRole('button', { name: 'Save' }).click()
  await provider.getByText('A key is set. It is never shown.').waitFor()
  expect(await provider.getByLabel('Key of Anthropic').inputValue()).toBe('')
  await provider.getByRole('button', { name: 'Test Anthropic' }).click()
  await provider.getByText(/^The test failed: /).waitFor()
  expect(await page.content()).not.toContain('key-of-the-test')
  expect(problems).toEqual([])
})
