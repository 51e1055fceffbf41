import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'

/** Writes a message into the composer and sends it with Enter. */
export async function ask(page: Page, prompt: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill(prompt)
  await page.keyboard.press('Enter')
}

/** Moves the focus with Tab until an element has it. `Shift+Tab` moves it back. */
export async function tabTo(
  page: Page,
  target: Locator,
  key: 'Tab' | 'Shift+Tab' = 'Tab',
): Promise<void> {
  await target.waitFor()
  const hasFocus = () => target.evaluate((element) => element === document.activeElement)
  for (let press = 0; press < 60; press++) {
    if (await hasFocus()) return
    await page.keyboard.press(key)
  }
  expect(await hasFocus(), `the focus reaches ${String(target)}`).toBe(true)
}

/** Replaces the text of a code editor. */
export async function writeText(page: Page, editor: Locator, text: string): Promise<void> {
  await editor.click()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.insertText(text)
}

/** Returns the whole text of a code editor, which draws only the lines near those in view. */
export async function readText(editor: Locator): Promise<string> {
  return editor.evaluate((element) => {
    const { root } = Reflect.get(element, 'cmTile')
    return String(root.view.state.sliceDoc())
  })
}
