import { resolve } from 'node:path'

import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, expect } from 'vitest'

import { launchChromium } from './chromium.ts'

/** Folder for screenshots. Without it, no screenshots are taken. */
const { SCREENSHOTS: screenshots } = process.env

let browser: Browser | undefined
afterAll(async () => {
  await browser?.close()
  browser = undefined
})

export interface OpenPageOptions extends BrowserContextOptions {
  /** Address of the page on the host, such as `ui/console`. Default: the root. */
  readonly path?: string
  /** Context of another page, for a further tab of the same browser. */
  readonly context?: BrowserContext
  /** Runs in the page before its own scripts. */
  readonly initScript?: () => void
  /** HTTP statuses that the test expects, apart from those below 400. */
  readonly expectedStatuses?: readonly number[]
}

export interface OpenedPage extends AsyncDisposable {
  readonly page: Page
  /**
   * Problems so far: messages of the console, uncaught errors, violations of the content security
   * policy, failed requests, and requests to other origins.
   */
  readonly problems: string[]
}

/** Opens the page in its own browser profile, and collects its problems. */
export async function openPage(url: string, options: OpenPageOptions = {}): Promise<OpenedPage> {
  const { path = '', context: shared, initScript, expectedStatuses = [], ...rest } = options
  browser ??= await launchChromium()
  const context = shared ?? (await browser.newContext({ reducedMotion: 'reduce', ...rest }))
  context.setDefaultTimeout(30_000)
  const page = await context.newPage()
  if (initScript !== undefined) await page.addInitScript(initScript)
  const problems = collectProblems(page, new URL(url).origin, expectedStatuses)
  await page.goto(new URL(path, url).href)
  await page.getByRole('navigation', { name: 'Views' }).waitFor()
  return {
    page,
    problems,
    async [Symbol.asyncDispose]() {
      await (shared === undefined ? context.close() : page.close())
    },
  }
}

function collectProblems(page: Page, origin: string, expected: readonly number[]): string[] {
  const problems: string[] = []
  page.on('console', (message) => {
    const text = message.text()
    // A response with an error status is checked below.
    if (text.startsWith('Failed to load resource')) return
    if (['error', 'warning'].includes(message.type())) problems.push(text)
  })
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? ''
    if (reason !== 'net::ERR_ABORTED') problems.push(`${request.url()} failed: ${reason}`)
  })
  page.on('request', (request) => {
    const { protocol, origin: other } = new URL(request.url())
    if (protocol !== 'blob:' && other !== origin) problems.push(`${request.url()} is foreign`)
  })
  page.on('response', (response) => {
    const status = response.status()
    if (status < 400 || expected.includes(status)) return
    problems.push(`${response.url()} responded ${status}`)
  })
  return problems
}

/** Writes a screenshot to the folder of the variable SCREENSHOTS, if it is set. */
export async function takePicture(page: Page, name: string): Promise<void> {
  if (screenshots === undefined) return
  await page.screenshot({ path: resolve(screenshots, `${name}.png`) })
}

/** Fails if the page is wider than its window. */
export async function expectNoOverflow(page: Page): Promise<void> {
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  expect(overflow).toBeLessThanOrEqual(0)
}
