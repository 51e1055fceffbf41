import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'

import { findViolations } from './check-accessibility.ts'
import { expectNoOverflow, takePicture } from './open-page.ts'

const wide = { width: 1280, height: 720 }
const narrow = { width: 360, height: 740 }

/**
 * Checks the accessibility of a state of the page: light, dark, and in a window of 360 pixels. Each of them
 * must show the given element.
 */
export async function checkLooks(page: Page, name: string, shown?: Locator): Promise<void> {
  const looks = [
    ['light', wide],
    ['dark', wide],
    ['light', narrow],
  ] as const
  for (const [colorScheme, size] of looks) {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize(size)
    await shown?.waitFor()
    const look = size === narrow ? 'narrow' : colorScheme
    await takePicture(page, `${name}-${look}`)
    const rules = look === 'dark' ? ['color-contrast'] : undefined
    expect(await findViolations(page, rules), `${name}, ${look}`).toEqual([])
    await expectNoOverflow(page)
  }
  await page.setViewportSize(wide)
}
