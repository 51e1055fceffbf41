import { existsSync } from 'node:fs'

import type { Browser } from 'playwright-core'
import { chromium } from 'playwright-core'

import { mayLackServices } from './services.ts'

const executablePath = '/usr/bin/chromium'

/** Whether tests in Chromium are skipped. */
export const lacksChromium = mayLackServices && !existsSync(executablePath)

/** Starts Chromium without a window, with a profile of its own and without background requests. */
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
