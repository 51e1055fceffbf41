import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, it } from 'vitest'

import { lacksChromium } from './chromium.ts'
import type { HubProcess } from './hub-process.ts'
import { freePort, startHubProcess } from './hub-process.ts'
import { openPage } from './open-page.ts'

/** Responses of the stand-in model that have not ended. */
const responses: ServerResponse[] = []
const server = createServer((request, response) => {
  request.resume()
  if (request.url?.endsWith('/models') === true) {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ data: [{ id: 'dictated-small' }] }))
    return
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  responses.push(response)
})

function say(content: string, finish: 'stop' | null): void {
  const choices = [{ index: 0, delta: { content }, finish_reason: finish }]
  const chunk = { id: 'r', object: 'chat.completion.chunk', model: 'dictated-small', choices }
  const response = responses.at(-1)
  response?.write(`data: ${JSON.stringify(chunk)}\n\n`)
  if (finish !== null) response?.end('data: [DONE]\n\n')
}

let folder = ''
let url = ''
let hub: HubProcess
let start: () => Promise<HubProcess>
beforeAll(async () => {
  if (lacksChromium) return
  folder = await mkdtemp(join(tmpdir(), 'kill-'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const port = await freePort()
  url = `http://127.0.0.1:${port}/`
  start = () => startHubProcess({ port, folder, modelUrl: `http://127.0.0.1:${portOf()}/v1` })
  hub = await start()
}, 60_000)
afterAll(async () => {
  if (lacksChromium) return
  await hub.kill()
  server.closeAllConnections()
  server.close()
  await rm(folder, { recursive: true, force: true })
})

function portOf(): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

it.skipIf(lacksChromium)(
  'goes on with a half-written answer after the hub was killed',
  async () => {
    await using opened = await openPage(url, { path: 'ui/chat' })
    const { page } = opened
    await page.getByText('live', { exact: true }).waitFor()
    await page.getByRole('textbox', { name: 'Message' }).fill('Write two halves.')
    await page.keyboard.press('Enter')
    await expect.poll(() => responses.length).toBe(1)
    say('Half of it.', null)
    await page.getByText('Half of it.').waitFor()
    await hub.kill()
    await page.getByRole('button', { name: 'Retry now' }).waitFor()
    hub = await start()
    await page
      .getByText(/^Interrupted: the client app ended during this run/)
      .waitFor({ timeout: 45_000 })
    await page.getByText('live', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Continue' }).click()
    await expect.poll(() => responses.length).toBe(2)
    say('The other half.', 'stop')
    await page.getByText('The other half.').waitFor()
    await page.getByRole('button', { name: 'Send' }).waitFor()
    expect(await page.getByText('Half of it.').count()).toBe(1)
    expect(await page.getByText('The other half.').count()).toBe(1)
  },
)
