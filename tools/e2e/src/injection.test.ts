import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { McpError } from '@mcp/protocol'
import { afterAll, beforeAll, expect, it } from 'vitest'

import { lacksChromium } from './chromium.ts'
import { attempts } from './fixtures/attempts.ts'
import { hostileServer } from './fixtures/hostile-server.ts'
import { ask } from './keyboard.ts'
import { findDanger, openWatched, watchAttacks } from './find-danger.ts'
import { takePicture } from './open-page.ts'
import type { RunningHub } from './running-hub.ts'
import { startHub } from './running-hub.ts'
import { standInModel } from './stand-in-model.ts'

const operations = ['rows', 'page', 'picture', 'announce', 'fail'] as const
const markup = '<img src=x onerror=attack()>'

let folder = ''
let running: RunningHub
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'injection-'))
  await writeFile(join(folder, `${markup}.md`), attempts.join('\n'))
  const calls = operations.map((name) => ({
    id: name,
    name: `hostile_${name}`,
    arguments: {},
  }))
  running = await startHub({
    servers: [hostileServer()],
    llm: standInModel({
      Markup: [{ reasoning: attempts.join('\n'), text: attempts.map((text) => `${text}\n\n`) }],
      Call: [
        { calls },
        { calls: [{ id: 'x', name: markup, arguments: { [markup]: markup } }] },
        { text: ['The calls ended.'] },
      ],
      [markup]: [{ error: new McpError('upstream-error', attempts.join(' ')) }],
    }),
    roots: { roots: [{ name: 'workspace', path: folder, permissions: ['read'] }] },
  })
  await running.hub.services.client.fetch(
    new Request('http://hub/requests', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-mcp-page': '1' },
      body: JSON.stringify({
        type: 'prompt-template',
        payload: {
          operation: 'create',
          params: {
            prompt: 'hostile',
            title: markup,
            arguments: [{ name: 'code', description: markup, required: true }],
            messages: [{ role: 'user', content: attempts[0] }],
          },
        },
      }),
    }),
  )
})
afterAll(async () => {
  await running.close()
  await rm(folder, { recursive: true })
})

const open = (path: string) => openWatched(running.url, path)

it('makes at least twenty attempts', () => {
  expect(attempts.length).toBeGreaterThanOrEqual(20)
})

it.skipIf(lacksChromium)('runs and loads nothing of an answer and its reasoning', async () => {
  await using opened = await open('ui/chat')
  const { page, problems } = opened
  await ask(page, 'Markup')
  await page.getByText('<script>attack()</script>').first().waitFor()
  await page.getByRole('button', { name: 'Send' }).waitFor()
  await page.getByText('Reasoning', { exact: true }).click()
  await page.getByRole('link', { name: 'https://bank.example' }).waitFor()
  await takePicture(page, 'injection-answer')
  expect(await page.getByRole('link', { name: 'disguised' }).count()).toBe(0)
  expect(await page.getByText('disguised').count()).toBeGreaterThanOrEqual(6)
  expect(await page.locator('main img').count()).toBe(0)
  expect(await findDanger(page)).toEqual([])
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)('runs and loads nothing of calls, titles and errors', async () => {
  await using opened = await open('ui/chat')
  const { page, problems } = opened
  await ask(page, 'Call')
  await page.getByText('The calls ended.').waitFor()
  const folded = page.getByText(/successful calls$/)
  if ((await folded.count()) > 0) await folded.first().click()
  for (const name of operations) {
    await page
      .locator('summary')
      .filter({ hasText: `hostile.${name}` })
      .click()
  }
  await page.getByText('attack()').first().waitFor()
  await takePicture(page, 'injection-calls')
  expect(await findDanger(page)).toEqual([])

  // A title of a conversation, an error of the model, a file name and the title of a prompt.
  await page.getByRole('link', { name: 'New conversation' }).click()
  await ask(page, markup)
  await page.getByRole('heading', { name: markup }).waitFor()
  await page.getByRole('alert').first().waitFor()
  const message = page.getByRole('textbox', { name: 'Message' })
  await message.fill('@img')
  await page.getByRole('option', { name: `workspace/${markup}.md` }).waitFor()
  await message.fill('/hostile')
  await page.getByRole('option', { name: /^hostile\.rows/ }).waitFor()
  await takePicture(page, 'injection-titles')
  expect(await findDanger(page)).toEqual([])
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').getByRole('combobox').fill('onerror')
  await page.getByRole('dialog').getByText(markup).first().waitFor()
  expect(await findDanger(page)).toEqual([])
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)(
  'runs and loads nothing of results in the console and activity',
  async () => {
    await using opened = await open('ui/console')
    const { page, problems } = opened
    for (const name of operations) {
      await page.goto(new URL(`ui/console/hostile/${name}`, running.url).href)
      await watchAttacks(page)
      await page.getByRole('button', { name: 'Run', exact: true }).click()
      await page.getByRole('region', { name: 'Result' }).waitFor()
      expect(await findDanger(page)).toEqual([])
    }
    await takePicture(page, 'injection-console')
    await page
      .getByRole('navigation', { name: 'Views' })
      .getByRole('link', { name: 'Activity' })
      .click()
    await page.getByText('announce').first().waitFor()
    expect(await findDanger(page)).toEqual([])
    expect(problems).toEqual([])
  },
)
