import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { closeCompletionsServers, json, startCompletionsServer } from '@mcp/llm/testing'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'

import { checkLooks } from './check-looks.ts'
import { lacksChromium } from './chromium.ts'
import { ask, tabTo } from './keyboard.ts'
import { openPage } from './open-page.ts'
import type { RunningHub } from './running-hub.ts'
import { startHub } from './running-hub.ts'
import { standInModel } from './stand-in-model.ts'

const write = (path: string) => ({
  id: path,
  name: 'roots_write_file',
  arguments: { root: 'workspace', path, content: 'milk\n' },
})
const add = { id: 'add', name: 'calculator_add', arguments: { a: 1, b: 2 } }

let folder = ''
let running: RunningHub
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chat-settings-'))
  running = await startHub({
    llm: standInModel({
      'Write one': [{ calls: [write('one.md')] }, { text: ['The first is written.'] }],
      'Write two': [{ calls: [write('two.md')] }, { text: ['The second is written.'] }],
      'Write three': [{ calls: [write('three.md')] }, { text: ['The third is refused.'] }],
      Add: [{ calls: [add] }, { text: ['Three.'] }],
    }),
    roots: { roots: [{ name: 'workspace', path: folder, permissions: ['read', 'write'] }] },
  })
})
afterAll(async () => {
  await running.close()
  await closeCompletionsServers()
  await rm(folder, { recursive: true })
})

const open = () => openPage(running.url, { path: 'ui/chat' })
const card = (page: Page) => page.getByRole('region', { name: /wants to call/ })

it.skipIf(lacksChromium)('lists what is always allowed, and withdraws it', async () => {
  await using opened = await open()
  const { page, problems } = opened
  await ask(page, 'Write one')
  await card(page).getByRole('button', { name: 'Always allow' }).click()
  await page.getByText('The first is written.').waitFor()
  await page.getByRole('link', { name: 'New conversation' }).click()
  await ask(page, 'Write two')
  await page.getByText('The second is written.').waitFor()
  expect((await readdir(folder)).toSorted()).toEqual(['one.md', 'two.md'])

  await page.goto(new URL('ui/servers/approvals', running.url).href)
  const grants = page.getByRole('region', { name: 'Always allowed' })
  await grants.getByRole('code').getByText('roots.writeFile').waitFor()
  await checkLooks(page, 'servers-approvals')
  await tabTo(page, grants.getByRole('button', { name: /^Withdraw/ }))
  await page.keyboard.press('Enter')
  await grants.getByText('Nothing is always allowed.').waitFor()

  await page.goto(new URL('ui/chat', running.url).href)
  await ask(page, 'Write three')
  await card(page).waitFor()
  await page.keyboard.press('Escape')
  await page.getByText('Denied', { exact: true }).waitFor()
  await page.getByText('The third is refused.').waitFor()
  await checkLooks(page, 'chat-denied')
  expect(await readdir(folder)).not.toContain('three.md')
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)('chooses when to ask, and which tools there are', async () => {
  await using opened = await open()
  const { page, problems } = opened
  const approvals = page.getByRole('combobox', { name: 'Approvals' })
  await approvals.selectOption('Asks before every call')
  await ask(page, 'Add')
  await card(page).getByText('This conversation requires approval of every call.').waitFor()
  await card(page).getByRole('button', { name: 'Allow once', exact: true }).click()
  await page.getByText('Three.').waitFor()
  await page.reload()
  await page.getByText('Three.').waitFor()
  expect(await approvals.inputValue()).toBe('always')

  await tabTo(page, page.getByRole('button', { name: 'Tools', exact: true }))
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Tools of this conversation' })
  const tools = dialog.getByRole('listitem').filter({ hasText: /^tools/ })
  await tools.getByText('Operations', { exact: true }).click()
  await tools.getByLabel('Always offer tools.calculator.add').check()
  await tools.getByText(/about \d+ tokens always/).waitFor()
  await checkLooks(page, 'chat-tools')
  await tools.getByRole('checkbox', { name: 'tools', exact: true }).uncheck()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Tools (1 off)' }).waitFor()
  await page.reload()
  await page.getByRole('button', { name: 'Tools (1 off)' }).waitFor()
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)('finds a model on this machine', async () => {
  const model = await startCompletionsServer(json(200, { data: [{ id: 'local-small' }] }))
  const empty = await startHub()
  try {
    await using opened = await openPage(empty.url, { path: 'ui/chat' })
    const { page, problems } = opened
    const find = page.getByRole('button', { name: 'Find a model on this machine' })
    // The usual ports of this machine may belong to another program.
    let found: object[] = []
    await page.route('**/providers/discover', (route) =>
      route.fulfill({ json: { providers: found } }),
    )
    await tabTo(page, find)
    await page.keyboard.press('Enter')
    await page.getByText('No model server responds at the usual ports').waitFor()
    await checkLooks(page, 'chat-no-model-found')
    found = [{ id: 'ollama', title: 'Ollama', url: model.url, models: ['local-small'] }]
    await find.click()
    await page.getByRole('heading', { name: 'What do you want to know?' }).waitFor()
    await page.getByRole('combobox', { name: 'Model' }).waitFor()
    expect(problems).toEqual([])
  } finally {
    await empty.close()
  }
})
