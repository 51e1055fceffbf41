import { resolve } from 'node:path'

import { build } from 'esbuild'
import express from 'express'
import type { Express } from 'express'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'

import { lacksChromium, launchChromium } from './chromium.ts'
import { expectedFacts } from './client-check.ts'
import { startDrillSystem } from './drill-system.ts'
import { listenOnLoopback } from './listening.ts'

let script: string
let browser: Browser | undefined
beforeAll(async () => {
  script = await bundle('client-check-page.ts')
})
afterAll(() => browser?.close())

it.skipIf(lacksChromium)('the client does in a browser what it promises', async () => {
  await using system = await startDrillSystem(pageApp())
  expect(await factsOf(system.url)).toEqual(expectedFacts)
})

it.skipIf(lacksChromium)(
  'and so it does from a page of another origin that is allowed',
  async () => {
    await using site = await listenOnLoopback(pageApp())
    await using system = await startDrillSystem(express(), { allowedOrigins: [site.url] })
    expect(await factsOf(`${site.url}/?system=${system.url}`)).toEqual(expectedFacts)
  },
)

it.skipIf(lacksChromium)('and nothing from a page of an origin that is not', async () => {
  await using site = await listenOnLoopback(pageApp())
  await using system = await startDrillSystem(express(), {
    allowedOrigins: ['https://app.example.org'],
  })
  await expect(factsOf(`${site.url}/?system=${system.url}`)).rejects.toThrow('cannot be reached')
})

/** An app that serves a page which checks the client. */
function pageApp(): Express {
  const app = express()
  app.get('/', (_request, response) => {
    response.send(
      '<!doctype html><title>Check</title><script type="module" src="check.js"></script>',
    )
  })
  app.get('/check.js', (_request, response) => {
    response.type('text/javascript').send(script)
  })
  return app
}

/** What the page at that address finds. */
async function factsOf(url: string): Promise<unknown> {
  browser ??= await launchChromium()
  const page = await browser.newPage()
  await page.goto(url)
  return page.evaluate(() => globalThis.facts)
}

/** A program and all it imports, as a browser takes it. */
async function bundle(file: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [resolve(import.meta.dirname, file)],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    logLevel: 'silent',
  })
  return outputFiles.map(({ text }) => text).join('')
}
