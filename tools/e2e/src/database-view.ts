import type { Locator, Page } from 'playwright-core'

import { writeText } from './keyboard.ts'

/** The first statement starts the database, which takes long on a loaded machine. */
export const databaseStartMs = 180_000

export const sqlEditor = (page: Page): Locator =>
  page.getByRole('textbox', { name: 'SQL' }).filter({ visible: true })

export const rowsOf = (page: Page): Locator => page.getByRole('grid', { name: 'Rows' })

/** Replaces the statement of the shown tab. */
export const writeSql = (page: Page, sql: string): Promise<void> =>
  writeText(page, sqlEditor(page), sql)

/** Runs a statement that changes data, and confirms it. */
export async function changeData(page: Page, sql: string): Promise<void> {
  await writeSql(page, sql)
  await page.keyboard.press('ControlOrMeta+Enter')
  await page
    .getByRole('button', { name: 'Run it', exact: true })
    .click({ timeout: databaseStartMs })
  await page.getByText(/rows? changed in/).waitFor()
}
