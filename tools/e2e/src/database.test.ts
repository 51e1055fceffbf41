import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'

import { findViolations } from './check-accessibility.ts'
import { checkLooks } from './check-looks.ts'
import { lacksChromium } from './chromium.ts'
import { changeData, databaseStartMs, rowsOf, sqlEditor, writeSql } from './database-view.ts'
import { tabTo } from './keyboard.ts'
import { expectNoOverflow, openPage, takePicture } from './open-page.ts'
import type { RunningHub } from './running-hub.ts'
import { startHub } from './running-hub.ts'

/** Whether the figures of scrolling are asserted, which a loaded machine misses. */
const { MEASURE_SCROLLING: isMeasuring } = process.env

const timeout = 240_000
const startMs = databaseStartMs

let running: RunningHub
beforeAll(async () => {
  running = await startHub()
})
afterAll(() => running.close())

const tree = (page: Page) => page.getByRole('tree', { name: 'Schema' })

it.skipIf(lacksChromium)('changes, queries and explains with the mouse', { timeout }, async () => {
  await using opened = await openPage(running.url, { path: 'ui/database' })
  const { page, problems } = opened
  await sqlEditor(page).waitFor({ timeout: startMs })
  await changeData(
    page,
    'CREATE TABLE parcels (id integer PRIMARY KEY, weight integer, label text)',
  )
  await tree(page)
    .getByRole('treeitem', { name: /parcels/ })
    .waitFor()
  await changeData(
    page,
    "INSERT INTO parcels VALUES (1, 20, 'blue'), (2, NULL, ''), (3, 100, 'red'), (4, 3, NULL)",
  )
  await page.getByText('4 rows changed').waitFor()

  await tree(page)
    .getByRole('treeitem', { name: /parcels/ })
    .click()
  await rowsOf(page).getByText('blue').waitFor()
  await tree(page)
    .getByRole('treeitem', { name: /weight/ })
    .waitFor()
  expect(await rowsOf(page).getByText('NULL', { exact: true }).count()).toBe(2)
  expect(await rowsOf(page).getByText('empty text', { exact: true }).count()).toBe(1)
  await rowsOf(page)
    .getByRole('columnheader', { name: /weight/ })
    .click()
  await page.getByText('Sorted by weight, ascending: all rows').waitFor()
  expect(await rowsOf(page).locator('[data-row="0"][data-column="1"]').textContent()).toBe('3')
  expect(await rowsOf(page).locator('[data-row="3"][data-column="1"]').textContent()).toBe('NULL')

  const saved = page.waitForEvent('download')
  await page.getByRole('button', { name: 'CSV' }).filter({ visible: true }).click()
  expect((await saved).suggestedFilename()).toBe('rows.csv')
  await page.getByText('4 rows saved as rows.csv').waitFor()

  await page.getByRole('button', { name: 'Explain', exact: true }).filter({ visible: true }).click()
  await page.getByRole('region', { name: 'Plan' }).getByText('Seq Scan on parcels').waitFor()
  expect(await findViolations(page)).toEqual([])
  await takePicture(page, 'database-plan')

  await writeSql(page, 'SELECT * FROM parcels;\nSELECT wrong FROM parcels')
  await page.keyboard.press('ControlOrMeta+Enter')
  await page.getByText(/wrong/).last().waitFor()
  await page.locator('.cm-lintRange-error').waitFor()

  await page.getByRole('link', { name: 'Servers', exact: true }).click()
  await page.getByRole('heading', { name: 'Servers' }).waitFor()
  await page.keyboard.press('ControlOrMeta+k')
  await page.getByRole('combobox', { name: 'Search' }).fill('parcels')
  await page.getByRole('option', { name: /^parcels .*Table$/ }).click({ timeout: startMs })
  await page.waitForURL((url) => url.pathname.includes('/ui/database/') && url.search === '')
  await rowsOf(page).getByText('blue').waitFor({ timeout: startMs })
  expect(await sqlEditor(page).textContent()).toContain('FROM parcels')
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)('works with the keyboard alone', { timeout }, async () => {
  const permissions = ['clipboard-read', 'clipboard-write']
  await using opened = await openPage(running.url, {
    path: 'ui/database',
    permissions,
    // In a transaction, the server refuses a change that is sent as a query, and the page asks.
    expectedStatuses: [403],
  })
  const { page, problems } = opened
  await sqlEditor(page).waitFor({ timeout: startMs })
  await tabTo(page, sqlEditor(page))
  await page.keyboard.type('SELECT $1 AS a, 2 AS b')
  const parameters = page.getByLabel('Parameters').filter({ visible: true })
  await leaveEditor(page)
  await tabTo(page, parameters)
  await page.keyboard.type('["x", ')
  await tabTo(page, sqlEditor(page), 'Shift+Tab')
  await page.keyboard.press('ControlOrMeta+Enter')
  await page.getByText(/^The parameters are a JSON array/).waitFor()
  await leaveEditor(page)
  await tabTo(page, parameters)
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type('["first\\tlong"]')
  await tabTo(page, page.getByRole('button', { name: /^Run/ }), 'Shift+Tab')
  await page.keyboard.press('Enter')
  await rowsOf(page).waitFor({ timeout: startMs })

  await tabTo(page, rowsOf(page))
  await page.keyboard.press('ControlOrMeta+Home')
  await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('ControlOrMeta+c')
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('"first\tlong"\t2')
  await page.keyboard.press('Escape')
  const header = rowsOf(page).getByRole('columnheader').last()
  const before = await header.evaluate((element) => element.clientWidth)
  await page.keyboard.press('Alt+ArrowRight')
  await expect.poll(() => header.evaluate((each) => each.clientWidth)).toBeGreaterThan(before)
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'b, row 1' }).waitFor()
  await checkLooks(page, 'database-cell')
  await page.keyboard.press('Escape')

  await tabTo(page, sqlEditor(page), 'Shift+Tab')
  await leaveEditor(page, 'Shift+Tab')
  await tabTo(page, page.getByRole('button', { name: 'Begin a transaction' }), 'Shift+Tab')
  await page.keyboard.press('Enter')
  const banner = page.getByRole('region', { name: 'Open transaction' })
  await banner.getByText(/rolled back in \d+ min/).waitFor()
  await tabTo(page, sqlEditor(page))
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.insertText('CREATE TABLE undone (id integer)')
  await page.keyboard.press('ControlOrMeta+Enter')
  const question = page.getByRole('region', { name: 'Confirmation' })
  await question.waitFor()
  expect(await question.evaluate((element) => element === document.activeElement)).toBe(true)
  await checkLooks(page, 'database-transaction')
  await page.keyboard.press('Escape')
  await page.getByText('The statement did not run to its end.').waitFor()
  await page.reload()
  await banner.waitFor({ timeout: startMs })
  expect(await sqlEditor(page).textContent()).toContain('undone')
  await tabTo(page, banner.getByRole('button', { name: 'Roll back' }))
  await page.keyboard.press('Enter')
  await page.getByText('Rolled back.').waitFor()
  expect(problems).toEqual([])
})

/** In the editor, Tab indents. Escape closes the list of completions, and lets the next Tab leave. */
async function leaveEditor(page: Page, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await page.keyboard.press(key)
}

const looks: readonly (readonly [string, BrowserContextOptions])[] = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['narrow', { viewport: { width: 360, height: 740 } }],
]

it.skipIf(lacksChromium).each(looks)('has no violation: %s', { timeout }, async (look, options) => {
  await using opened = await openPage(running.url, { path: 'ui/database', ...options })
  const { page, problems } = opened
  await sqlEditor(page).waitFor({ timeout: startMs })
  await writeSql(page, "SELECT n, repeat('x', n) AS body FROM generate_series(1, 40) AS n")
  await page.getByRole('button', { name: 'Run' }).click()
  await rowsOf(page).waitFor({ timeout: startMs })
  await takePicture(page, `database-${look}`)
  expect(await findViolations(page)).toEqual([])
  await expectNoOverflow(page)
  await writeSql(page, 'CREATE TABLE never (id integer)')
  await page.getByRole('button', { name: 'Run' }).click()
  await page.getByRole('region', { name: 'Confirmation' }).waitFor()
  expect(await findViolations(page)).toEqual([])
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)('scrolls 100,000 rows', { timeout }, async () => {
  await using opened = await openPage(running.url, { path: 'ui/database' })
  const { page, problems } = opened
  await sqlEditor(page).waitFor({ timeout: startMs })
  await writeSql(page, "SELECT n, 'row ' || n AS name FROM generate_series(1, 100000) AS n")
  await page.keyboard.press('ControlOrMeta+Enter')
  await rowsOf(page).waitFor({ timeout: startMs })
  await page.getByRole('button', { name: 'Load all' }).click()
  await page.getByText('100,000 rows', { exact: true }).waitFor({ timeout: startMs })

  const runs: { readonly mean: number; readonly p95: number }[] = []
  for (let run = 0; run < (isMeasuring === undefined ? 1 : 3); run += 1) {
    runs.push(await measureScrolling(page))
  }
  const best = runs.toSorted((a, b) => a.p95 - b.p95)[0]
  console.log(`scrolling 100,000 rows: ${JSON.stringify(runs)}`)
  const limits = isMeasuring === undefined ? { mean: 0, p95: Infinity } : { mean: 50, p95: 34 }
  expect(best?.mean).toBeGreaterThanOrEqual(limits.mean)
  expect(best?.p95).toBeLessThanOrEqual(limits.p95)
  expect(await rowsOf(page).getByRole('row').count()).toBeLessThan(100)
  await rowsOf(page).focus()
  await page.keyboard.press('ControlOrMeta+End')
  await rowsOf(page).getByText('row 100000', { exact: true }).waitFor()
  expect(problems).toEqual([])
})

/** Scrolls through the grid for two seconds, and returns the frames per second and the slow frames. */
function measureScrolling(page: Page) {
  return rowsOf(page).evaluate(async (grid) => {
    const nextFrame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve))
    grid.scrollTop = 0
    await nextFrame()
    const frames: number[] = []
    const startedAt = await nextFrame()
    let last = startedAt
    while (last - startedAt < 2000) {
      // About six screens per second.
      grid.scrollTop += 60
      const now = await nextFrame()
      frames.push(now - last)
      last = now
    }
    const sorted = frames.toSorted((a, b) => a - b)
    const mean = (frames.length / (last - startedAt)) * 1000
    return { mean, p95: sorted[Math.floor(sorted.length * 0.95)] ?? 0 }
  })
}
