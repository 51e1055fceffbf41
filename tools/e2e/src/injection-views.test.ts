import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, it } from 'vitest'

import { lacksChromium } from './chromium.ts'
import { changeData, databaseStartMs, rowsOf, sqlEditor, writeSql } from './database-view.ts'
import { findDanger, openWatched, watchAttacks } from './find-danger.ts'
import { attempts } from './fixtures/attempts.ts'
import { takePicture } from './open-page.ts'
import type { RunningHub } from './running-hub.ts'
import { startHub } from './running-hub.ts'

const timeout = 240_000
const markup = '<img src=x onerror=attack()>'
/** Attempts that can be the name of a file. */
const names = attempts.filter((text) => !text.includes('/') && text.length < 200)

const svg = `<svg xmlns="http://www.w3.org/2000/svg" onload="attack()"><script>attack()</script>
<image href="https://evil.example/svg.png"/></svg>`

let folder = ''
let running: RunningHub
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'injection-'))
  await mkdir(join(folder, 'names'))
  for (const name of names) await writeFile(join(folder, 'names', name), name)
  await writeFile(join(folder, 'attempts.md'), attempts.join('\n\n'))
  await writeFile(join(folder, 'attempts.html'), `<!doctype html>${attempts.join('\n')}`)
  await writeFile(join(folder, 'attempts.json'), JSON.stringify(attempts))
  await writeFile(join(folder, 'attempts.svg'), svg)
  running = await startHub({
    roots: {
      roots: [{ name: 'workspace', path: folder, permissions: ['read', 'write', 'delete'] }],
    },
  })
})
afterAll(async () => {
  await running.close()
  await rm(folder, { recursive: true })
})

it.skipIf(lacksChromium)(
  'runs and loads nothing of the names and contents of files',
  { timeout },
  async () => {
    expect(names.length).toBeGreaterThanOrEqual(9)
    await using opened = await openWatched(running.url, 'ui/files')
    const { page, problems } = opened
    const show = async (path: string) => {
      const query = `?path=${encodeURIComponent(path)}`
      await page.goto(new URL(`ui/files/roots/workspace${query}`, running.url).href)
      await watchAttacks(page)
    }
    await show('names')
    await page.getByRole('main').getByRole('link', { name: '${attack()}' }).first().waitFor()
    await takePicture(page, 'injection-names')
    expect(await findDanger(page)).toEqual([])
    for (const name of names) {
      await show(`names/${name}`)
      await page.getByRole('main').getByText('attack').first().waitFor()
      expect({ name, danger: await findDanger(page) }).toEqual({ name, danger: [] })
    }
    await show('attempts.md')
    await page.getByRole('link', { name: 'https://bank.example' }).waitFor()
    await takePicture(page, 'injection-markdown')
    expect(await findDanger(page)).toEqual([])
    expect(await page.getByRole('main').locator('img').count()).toBe(0)
    await page.getByRole('button', { name: 'Source', exact: true }).click()
    await page.getByText('<script>attack()</script>').first().waitFor()
    expect(await findDanger(page)).toEqual([])
    for (const name of ['attempts.html', 'attempts.json', 'attempts.svg']) {
      await show(name)
      await page.getByRole('heading', { name }).waitFor()
      await page.getByRole('main').getByText('attack').or(page.getByRole('img')).first().waitFor()
      expect({ name, danger: await findDanger(page) }).toEqual({ name, danger: [] })
    }
    const search = page.getByRole('searchbox', { name: 'Search files' })
    await page.getByLabel('Search in').selectOption('text')
    await search.fill('onerror')
    await page.getByText('attempts.md').first().waitFor()
    await page.getByText(markup).first().waitFor()
    expect(await findDanger(page)).toEqual([])
    expect(problems).toEqual([])
  },
)

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`

it.skipIf(lacksChromium)(
  'runs and loads nothing of rows, tables and errors of a database',
  { timeout },
  async () => {
    await using opened = await openWatched(running.url, 'ui/database')
    const { page, problems } = opened
    await sqlEditor(page).waitFor({ timeout: databaseStartMs })
    await changeData(page, `CREATE TABLE "${markup}" ("${markup}" text)`)
    await page.getByRole('treeitem', { name: markup }).waitFor()
    const values = attempts.map((text) => `(${quoted(text.slice(0, 500))})`).join(', ')
    await writeSql(page, `SELECT body AS "${markup}" FROM (VALUES ${values}) AS t (body)`)
    await page.keyboard.press('ControlOrMeta+Enter')
    await rowsOf(page).getByText('<script>attack()</script>').first().waitFor()
    await takePicture(page, 'injection-rows')
    expect(await findDanger(page)).toEqual([])
    for (let row = 0; row < attempts.length; row += 1) {
      await rowsOf(page).press(row === 0 ? 'ControlOrMeta+Home' : 'ArrowDown')
      await page.keyboard.press('Enter')
      await page.getByRole('dialog', { name: `row ${row + 1}` }).waitFor()
      expect({ row, danger: await findDanger(page) }).toEqual({ row, danger: [] })
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    }
    await writeSql(page, `SELECT "${markup}"`)
    await page.keyboard.press('ControlOrMeta+Enter')
    await page.getByRole('alert').getByText(markup).first().waitFor()
    await page.getByText('History (').click()
    await page.getByRole('button', { name: /body AS/ }).waitFor()
    expect(await findDanger(page)).toEqual([])
    expect(problems).toEqual([])
  },
)
