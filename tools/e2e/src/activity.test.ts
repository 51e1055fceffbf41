import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Page } from 'playwright-core'

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

/** Sends requests in the session of the page. */
function add(page: Page, a: unknown, times = 1): Promise<void> {
  return page.evaluate(
    async ({ a, times }) => {
      for (let count = 0; count < times; count++) {
        await fetch(new URL('tools/execute', document.baseURI), {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-mcp-page': '1' },
          body: JSON.stringify({ tool: 'calculator', operation: 'add', params: { a, b: 2 } }),
        })
      }
    },
    { a, times },
  )
}

it.skipIf(lacksChromium).each([
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['narrow', { viewport: { width: 360, height: 740 } }],
] as const)('shows requests as they happen, by exchange: %s', async (look, options) => {
  await using opened = await openPage(running.url, {
    path: 'ui/activity',
    expectedStatuses: [400],
    ...options,
  })
  const { page, problems } = opened
  await page.getByText('live', { exact: true }).waitFor()
  await add(page, 1, 3)
  await add(page, 'x')
  await page.getByText('4 of 4 exchanges').waitFor()
  await page.getByLabel('Filter').fill('status:error')
  await page.getByText('1 of 4 exchanges').waitFor()
  const row = page.getByRole('button', { name: 'tools · calculator.add' })
  await row.focus()
  await page.keyboard.press('Enter')
  const detail = page.getByRole('region', { name: 'Exchange', exact: true })
  await detail.getByText('"invalid-params"').first().waitFor()
  await takePicture(page, `activity-${look}`)
  expect(new URL(page.url()).pathname).toMatch(/^\/ui\/activity\/\d+$/)
  expect(await findViolations(page)).toEqual([])
  await expectNoOverflow(page)
  await page.reload()
  await detail.getByText('"invalid-params"').first().waitFor()
  await page.goBack()
  await detail.waitFor({ state: 'detached' })
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)('pauses, exports and clears', async () => {
  await using opened = await openPage(running.url, { path: 'ui/activity' })
  const { page, problems } = opened
  await page.getByText('live', { exact: true }).waitFor()
  await page.getByText('Nothing has happened in this session yet.').waitFor()
  expect(await findViolations(page)).toEqual([])
  await add(page, 1)
  await page.getByText('1 of 1 exchanges').waitFor()
  await page.getByRole('button', { name: 'Pause' }).click()
  await add(page, 1, 2)
  await page.getByText('1 of 1 exchanges, paused, 2 new').waitFor()
  await page.getByRole('button', { name: 'Resume' }).click()
  await page.getByText('3 of 3 exchanges').waitFor()
  const saving = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export' }).click()
  const download = await saving
  expect(download.suggestedFilename()).toBe('activity.ndjson')
  const chunks: Buffer[] = []
  for await (const chunk of await download.createReadStream()) chunks.push(Buffer.from(chunk))
  const lines = Buffer.concat(chunks).toString().trim().split('\n')
  expect(lines.map((line) => String(JSON.parse(line).kind)).toSorted()).toEqual([
    ...Array.from({ length: 3 }, () => 'request'),
    ...Array.from({ length: 3 }, () => 'response'),
  ])
  await page.getByRole('button', { name: 'Clear' }).click()
  await page.getByText('0 of 0 exchanges').waitFor()
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)('shows the notifications of its own session only', async () => {
  await using first = await openPage(running.url, { path: 'ui/activity' })
  await using second = await openPage(running.url, { path: 'ui/activity' })
  for (const { page } of [first, second]) await page.getByText('live', { exact: true }).waitFor()
  const [own, other] = [await sessionOf(first.page), await sessionOf(second.page)]
  expect(own).not.toBe(other)

  await notify(own, 'tea-is-ready')
  await first.page.getByText('tea-is-ready').first().waitFor()
  // Events of a session keep their order, so the first notification would be shown before this one.
  await notify(other, 'coffee-is-ready')
  await second.page.getByText('coffee-is-ready').first().waitFor()
  expect(await second.page.getByText('tea-is-ready').count()).toBe(0)
  expect(await first.page.getByText('coffee-is-ready').count()).toBe(0)
  expect([...first.problems, ...second.problems]).toEqual([])
})

/** The session's id, which no script of the page can read. */
async function sessionOf(page: Page): Promise<string> {
  const cookies = await page.context().cookies()
  const cookie = cookies.find(({ name }) => name === 'mcp_session')
  expect(cookie).toMatchObject({ httpOnly: true })
  return cookie?.value ?? ''
}

async function notify(session: string, type: string): Promise<void> {
  const url = `${running.sessionManagerUrl}/sessions/${session}/notifications`
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ type, data: { cups: 2 } }),
  })
  expect(response.status).toBe(202)
}
