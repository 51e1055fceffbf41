import { existsSync } from 'node:fs'

import type { Browser } from 'playwright-core'
import { chromium } from 'playwright-core'
import { it } from 'vitest'

const executablePath = '/usr/bin/chromium'
const isInstalled = existsSync(executablePath)
// A missing service is skipped where somebody develops, and a failure where all of them are promised.
const mayBeMissing = process.env['REQUIRE_SERVICES'] !== '1'

if (!isInstalled && mayBeMissing) {
  console.warn('Skipped: Chromium is not installed. On Debian: apt-get install chromium')
}

/** A test that is skipped on a machine without Chromium. */
export const itInChromium = it.skipIf(!isInstalled && mayBeMissing)

/** Starts Chromium without a window, with a profile of its own and nothing that calls home. */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}
