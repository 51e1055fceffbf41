import { Buffer } from 'node:buffer'

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'

import { checkLooks } from './check-looks.ts'
import { lacksChromium } from './chromium.ts'
import { changeData, databaseStartMs, rowsOf, sqlEditor, writeSql } from './database-view.ts'
import { readText } from './keyboard.ts'
import { openPage } from './open-page.ts'
import type { RunningHub } from './running-hub.ts'
import { startHub } from './running-hub.ts'

const timeout = 240_000

let running: RunningHub
beforeAll(async () => {
  running = await startHub()
})
afterAll(() => running.close())

async function open() {
  const opened = await openPage(running.url, { path: 'ui/database' })
  await sqlEditor(opened.page).waitFor({ timeout: databaseStartMs })
  return opened
}

const run = (page: Page) => page.keyboard.press('ControlOrMeta+Enter')

it.skipIf(lacksChromium)(
  'states that it loads the schema, and shows no tables only if there are none',
  { timeout },
  async () => {
    // The page repeats a request that the database has not answered while it starts.
    const expectedStatuses = [503, 504]
    await using opened = await openPage(running.url, { path: 'ui/servers', expectedStatuses })
    const { page, problems } = opened
    const gate = Promise.withResolvers<void>()
    await page.route('**/requests', async (route) => {
      const { payload } = Object(route.request().postDataJSON())
      if (payload?.operation === 'listTables') await gate.promise
      await route.continue()
    })
    await page.getByRole('link', { name: 'Database', exact: true }).click()
    await page.getByText('Loading the schema…').waitFor({ timeout: databaseStartMs })
    expect(await page.getByText('No tables').count()).toBe(0)
    await checkLooks(page, 'database-loading')
    gate.resolve()
    await page.getByRole('tree', { name: 'Schema' }).getByRole('treeitem').first().waitFor({
      timeout: databaseStartMs,
    })
    expect(await page.getByText('Loading the schema…').count()).toBe(0)
    expect(problems).toEqual([])
  },
)

it.skipIf(lacksChromium)('cancels a statement, and runs the next one', { timeout }, async () => {
  await using opened = await open()
  const { page, problems } = opened
  await writeSql(page, 'SELECT 1 AS started')
  await run(page)
  await rowsOf(page).waitFor({ timeout: databaseStartMs })
  // It would take hours.
  await writeSql(
    page,
    'SELECT count(*) FROM generate_series(1, 100000000) AS a, generate_series(1, 100000) AS b',
  )
  await run(page)
  const cancel = page.getByRole('button', { name: 'Cancel', exact: true })
  await expect.poll(() => cancel.isEnabled()).toBe(true)
  await page.getByText(/^Running/).waitFor()
  await checkLooks(page, 'database-running')
  await cancel.click()
  await page.getByText('The statement did not run to its end.').waitFor()
  expect(await cancel.isDisabled()).toBe(true)
  await writeSql(page, "SELECT 'next' AS statement")
  await run(page)
  await rowsOf(page).getByText('next', { exact: true }).waitFor({ timeout: databaseStartMs })
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)(
  'exports the rows of all pages in three formats',
  { timeout },
  async () => {
    await using opened = await open()
    const { page, problems } = opened
    await writeSql(
      page,
      `SELECT n, CASE WHEN n = 1 THEN NULL WHEN n = 2 THEN '' ELSE 'a,"b"' END AS label
FROM generate_series(1, 1500) AS n ORDER BY n`,
    )
    await run(page)
    await rowsOf(page).waitFor({ timeout: databaseStartMs })
    await page.getByText(/^500 rows/).waitFor()
    const exported = async (format: string) => {
      const saving = page.waitForEvent('download')
      await page.getByRole('button', { name: format, exact: true }).click()
      const download = await saving
      expect(download.suggestedFilename()).toBe(`rows.${format.toLowerCase()}`)
      await page.getByText(`1,500 rows saved as rows.${format.toLowerCase()}`).waitFor()
      const chunks: Buffer[] = []
      for await (const chunk of await download.createReadStream()) chunks.push(Buffer.from(chunk))
      return Buffer.concat(chunks).toString()
    }
    const lines = (await exported('NDJSON')).trimEnd().split('\n')
    expect(lines).toHaveLength(1500)
    const rows = lines.map((line): unknown => JSON.parse(line))
    expect(rows.slice(0, 3)).toEqual([
      { n: 1, label: null },
      { n: 2, label: '' },
      { n: 3, label: 'a,"b"' },
    ])
    expect(rows.at(-1)).toEqual({ n: 1500, label: 'a,"b"' })
    expect(JSON.parse(await exported('JSON'))).toEqual(rows)
    const csv = (await exported('CSV')).trimEnd().split('\r\n')
    expect(csv).toHaveLength(1501)
    expect(csv.slice(0, 4)).toEqual(['n,label', '1,', '2,""', '3,"a,""b"""'])
    await checkLooks(page, 'database-exported')
    expect(problems).toEqual([])
  },
)

it.skipIf(lacksChromium)('reopens statements from the history', { timeout }, async () => {
  await using opened = await open()
  const { page, problems } = opened
  await writeSql(page, 'SELECT 11 AS first')
  await run(page)
  await rowsOf(page).getByText('11', { exact: true }).waitFor({ timeout: databaseStartMs })
  await writeSql(page, 'SELECT missing')
  await run(page)
  await page.getByText('History (2)').waitFor()
  await page.reload()
  await page.getByText('History (2)').click()
  const history = page.getByRole('navigation', { name: 'Schema and history' })
  const entries = history.getByRole('listitem')
  expect(await entries.first().textContent()).toMatch(/^SELECT missing.*missing/)
  expect(await entries.last().textContent()).toMatch(/^SELECT 11 AS first.*main · 1 row · \d+ ms$/)
  await checkLooks(page, 'database-history')
  await entries.last().getByRole('button').click()
  await expect.poll(() => readText(sqlEditor(page))).toBe('SELECT 11 AS first')
  await page.getByRole('button', { name: /^Run/ }).filter({ visible: true }).click()
  await rowsOf(page).getByText('11', { exact: true }).waitFor({ timeout: databaseStartMs })
  // The same statement moves to the start, and is not added again.
  await expect.poll(() => entries.first().textContent()).toMatch(/^SELECT 11/)
  expect(await entries.count()).toBe(2)
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)('completes tables and their columns', { timeout }, async () => {
  await using opened = await open()
  const { page, problems } = opened
  await changeData(page, 'CREATE TABLE letters (id integer PRIMARY KEY, postage_paid boolean)')
  const list = page.getByRole('listbox', { name: 'Completions' })
  await sqlEditor(page).click()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type('SELECT * FROM lett')
  await list.getByRole('option', { name: 'letters', exact: true }).waitFor()
  // The editor ignores Enter for a moment, which these checks outlast.
  await checkLooks(page, 'database-completion')
  await page.keyboard.press('Enter')
  await expect.poll(() => readText(sqlEditor(page))).toBe('SELECT * FROM letters')
  await page.keyboard.type(' WHERE posta')
  await list.getByRole('option', { name: /^postage_paid/ }).click()
  await expect
    .poll(() => readText(sqlEditor(page)))
    .toBe('SELECT * FROM letters WHERE postage_paid')
  expect(problems).toEqual([])
})
