import { Buffer } from 'node:buffer'

import type { CDPSession, Page } from 'playwright-core'
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

/** With ACTIVITY_SPEED, the speed of scrolling is asserted. It depends on the machine. */
const limits =
  process.env['ACTIVITY_SPEED'] === undefined
    ? { runs: 1, minFps: 0, maxP95: Infinity }
    : { runs: 3, minFps: 50, maxP95: 34 }

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

const rowsOf = (page: Page) => page.getByRole('grid', { name: 'Exchanges' }).getByRole('row')

it.skipIf(lacksChromium).each([
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['narrow', { viewport: { width: 360, height: 740 } }],
] as const)('finds why a call failed, with the keyboard: %s', async (look, options) => {
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
  const filter = page.getByLabel('Filter', { exact: true })
  await tabTo(page, filter)
  await page.keyboard.type('status:error')
  await page.getByText('1 of 4 exchanges').waitFor()
  const grid = page.getByRole('grid', { name: 'Exchanges' })
  await tabTo(page, grid)
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  const detail = page.getByRole('region', { name: 'Exchange', exact: true })
  await detail.getByText('"invalid-params"').first().waitFor()
  await takePicture(page, `activity-${look}`)
  expect(new URL(page.url()).pathname).toMatch(/^\/ui\/activity\/\d+$/)
  expect(await findViolations(page)).toEqual([])
  await expectNoOverflow(page)
  await page.reload()
  await detail.getByText('"invalid-params"').first().waitFor()
  await tabTo(page, detail.getByRole('link', { name: 'Edit and send again' }))
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Add', exact: true }).waitFor()
  expect(page.url()).toContain('/ui/console/tools/calculator.add?args=')
  await page.goBack()
  await detail.waitFor()
  await tabTo(page, detail.getByRole('button', { name: 'Close the exchange' }))
  await page.keyboard.press('Escape')
  await detail.waitFor({ state: 'detached' })
  expect(await grid.evaluate((element) => element === document.activeElement)).toBe(true)
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)('pauses, sends again, exports, opens the file and clears', async () => {
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
  await page
    .getByRole('row', { name: /calculator\.add/ })
    .first()
    .click()
  await page.getByRole('button', { name: 'Send again' }).click()
  await page.getByText(/^Sent again in your session: success after/).waitFor()
  await page.getByText('4 of 4 exchanges').waitFor()
  const saving = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export' }).click()
  const download = await saving
  expect(download.suggestedFilename()).toBe('activity.ndjson')
  const chunks: Buffer[] = []
  for await (const chunk of await download.createReadStream()) chunks.push(Buffer.from(chunk))
  const buffer = Buffer.concat(chunks)
  const lines = buffer.toString().trim().split('\n')
  expect(lines.map((line) => String(JSON.parse(line).kind)).toSorted()).toEqual([
    ...Array.from({ length: 4 }, () => 'request'),
    ...Array.from({ length: 4 }, () => 'response'),
  ])
  await page.getByRole('button', { name: 'Clear' }).click()
  await page.getByText('0 of 0 exchanges').waitFor()

  const file = { name: 'mine.ndjson', mimeType: 'application/x-ndjson', buffer }
  await page.getByLabel('File of exported activity').setInputFiles(file)
  await page.getByText('From the file mine.ndjson, not from your session.').waitFor()
  await page.getByText('4 of 4 exchanges').waitFor()
  await page
    .getByRole('row', { name: /calculator\.add/ })
    .first()
    .click()
  await page.getByRole('region', { name: 'Content of the response' }).getByText('3').waitFor()
  await takePicture(page, 'activity-file')
  expect(await findViolations(page)).toEqual([])
  await page.getByRole('button', { name: 'Close the file' }).click()
  await page.getByText('0 of 0 exchanges').waitFor()
  const broken = { ...file, name: 'broken.ndjson', buffer: Buffer.from('{"seq": 1}') }
  await page.getByLabel('File of exported activity').setInputFiles(broken)
  await page.getByText('broken.ndjson has no entries of an activity. Line 1: "kind"').waitFor()
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)('scrolls 50,000 entries from one end to the other', async () => {
  await using opened = await openPage(running.url, { path: 'ui/activity' })
  const { page, problems } = opened
  const lines = Array.from({ length: 50_000 }, (_, index) => {
    const at = new Date(index * 1000).toISOString()
    const operation = `calculator.op${index + 1}`
    const shared = { at, server: 'tools', operation, id: `req-${index}`, bytes: 100 }
    const request = { ...shared, seq: index * 2 + 1, kind: 'request', from: 'page' }
    const response = { ...shared, seq: index * 2 + 2, kind: 'response', from: 'mcp-server-3' }
    const end = { status: index % 9 === 0 ? 'not-found' : 'success', durationMs: index % 900 }
    return `${JSON.stringify(request)}\n${JSON.stringify({ ...response, ...end })}`
  })
  const buffer = Buffer.from(lines.join('\n'))
  const file = { name: 'large.ndjson', mimeType: 'application/x-ndjson', buffer }
  await page.getByLabel('File of exported activity').setInputFiles(file)
  await page.getByText('50,000 of 50,000 exchanges').waitFor({ timeout: 60_000 })
  const grid = page.getByRole('grid', { name: 'Exchanges' })
  expect(await grid.getAttribute('aria-rowcount')).toBe('50001')
  await page.getByRole('row', { name: /calculator\.op1 / }).waitFor()
  await grid.focus()
  await page.keyboard.press('End')
  await page.getByRole('row', { name: /calculator\.op50000 / }).waitFor()
  expect(await rowsOf(page).count()).toBeLessThan(100)
  await page.keyboard.press('Home')
  await page.getByRole('row', { name: /calculator\.op1 / }).waitFor()

  const runs: Awaited<ReturnType<typeof measureScrolling>>[] = []
  for (let run = 0; run < limits.runs; run++) runs.push(await measureScrolling(page))
  console.log('Scrolling 50,000 entries:', JSON.stringify(runs))
  for (const { maxRows } of runs) expect(maxRows).toBeLessThan(150)
  expect(Math.max(...runs.map(({ fps }) => fps))).toBeGreaterThanOrEqual(limits.minFps)
  expect(Math.min(...runs.map(({ p95 }) => p95))).toBeLessThanOrEqual(limits.maxP95)
  expect(problems).toEqual([])
})

/**
 * Scrolls for two seconds, and returns the frames per second, the 95th percentile of their times, and the
 * CPU time of the page per frame, in milliseconds.
 */
async function measureScrolling(page: Page) {
  const inspector = await page.context().newCDPSession(page)
  await inspector.send('Performance.enable', { timeDomain: 'threadTicks' })
  const before = await cpuMs(inspector)
  const { frames, ...measured } = await scroll(page)
  const cpuPerFrame = Math.round(((await cpuMs(inspector)) - before) / frames)
  await inspector.detach()
  return { ...measured, cpuPerFrame }
}

async function cpuMs(inspector: CDPSession): Promise<number> {
  const { metrics } = await inspector.send('Performance.getMetrics')
  return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000
}

function scroll(page: Page) {
  return page.evaluate(async () => {
    const grid = document.querySelector('[role=grid]')
    if (grid === null) throw new Error('No list.')
    const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve))
    grid.scrollTop = 0
    const times: number[] = []
    let maxRows = 0
    const startedAt = await frame()
    let before = startedAt
    while (before - startedAt < 2000) {
      grid.scrollTop += 300
      const now = await frame()
      times.push(now - before)
      before = now
      maxRows = Math.max(maxRows, grid.querySelectorAll('[role=row]').length)
    }
    times.sort((a, b) => a - b)
    const p95 = times[Math.floor(times.length * 0.95)] ?? 0
    const fps = Math.round((times.length * 1000) / (before - startedAt))
    return { fps, p95: Math.round(p95), maxRows, frames: times.length }
  })
}

it.skipIf(lacksChromium).each([
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['narrow', { viewport: { width: 360, height: 740 } }],
] as const)('follows a view in the docked panel: %s', async (look, options) => {
  const path = 'ui/console/tools/calculator.add'
  await using opened = await openPage(running.url, { path, ...options })
  const { page, problems } = opened
  await page.getByText('live', { exact: true }).waitFor()
  await page.keyboard.press('Control+j')
  const panel = page.getByRole('complementary', { name: 'Activity panel' })
  await panel.getByText('of calculator.add').waitFor()
  await panel.getByText('Nothing yet.').waitFor()
  await add(page, 1, 2)
  await expect.poll(() => rowsOf(page).count()).toBe(3)
  await panel
    .getByRole('row', { name: /calculator\.add/ })
    .first()
    .click()
  await panel.getByRole('region', { name: 'Content of the response' }).waitFor()
  await takePicture(page, `activity-panel-${look}`)
  expect(await findViolations(page)).toEqual([])
  await expectNoOverflow(page)
  if (look !== 'narrow') {
    await page.reload()
    await panel
      .getByRole('row', { name: /calculator\.add/ })
      .first()
      .waitFor()
  }
  await page.getByRole('button', { name: 'Activity panel', exact: true }).click()
  await panel.waitFor({ state: 'detached' })
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
