import { resolve } from 'node:path'

import { build } from 'esbuild'
import express from 'express'
import { expect, it } from 'vitest'

import { lacksChromium, launchChromium } from './chromium.ts'
import { expectedFacts } from './client-check.ts'
import { startDrillSystem } from './drill-system.ts'

it.skipIf(lacksChromium)('the client does in a browser what it promises', async () => {
  const script = await bundle('client-check-page.ts')
  const app = express()
  app.get('/', (_request, response) => {
    response.send(
      '<!doctype html><title>Check</title><script type="module" src="check.js"></script>',
    )
  })
  app.get('/check.js', (_request, response) => {
    response.type('text/javascript').send(script)
  })
  await using system = await startDrillSystem(app)
  await using browser = await launchChromium()
  const page = await browser.newPage()
  await page.goto(system.url)
  expect(await page.evaluate(() => globalThis.facts)).toEqual(expectedFacts)
})

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
