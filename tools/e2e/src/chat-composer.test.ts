import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, it } from 'vitest'

import { checkLooks } from './check-looks.ts'
import { lacksChromium } from './chromium.ts'
import { ask, tabTo } from './keyboard.ts'
import { openPage } from './open-page.ts'
import type { RunningHub } from './running-hub.ts'
import { startHub } from './running-hub.ts'
import { standInModel } from './stand-in-model.ts'

const write = {
  id: 'w1',
  name: 'roots_write_file',
  arguments: { root: 'workspace', path: 'list.md', content: 'milk\n' },
}

let folder = ''
let running: RunningHub
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chat-'))
  await writeFile(join(folder, 'ideas.md'), 'An idea.\n')
  running = await startHub({
    llm: standInModel({
      'Say one': [{ text: ['One.'] }],
      'Say two': [{ text: ['Two.'] }],
      Write: [{ calls: [write] }, { text: ['Written.'] }],
      Endless: [{ text: ['It goes on ', '…'], gate: new Promise(() => {}) }],
    }),
    roots: { roots: [{ name: 'workspace', path: folder, permissions: ['read', 'write'] }] },
  })
})
afterAll(async () => {
  await running.close()
  await rm(folder, { recursive: true })
})

const open = () => openPage(running.url, { path: 'ui/chat' })

it.skipIf(lacksChromium)(
  'runs a direct form and an operation from the menu of commands',
  async () => {
    await using opened = await open()
    const { page, problems } = opened
    const message = page.getByRole('textbox', { name: 'Message' })
    await message.fill('/')
    const menu = page.getByRole('listbox', { name: 'Direct forms, prompts and operations' })
    await menu.getByRole('option', { name: /^sql / }).waitFor()
    await checkLooks(page, 'chat-commands')
    await message.pressSequentially('cat')
    await page.keyboard.press('Enter')
    await page.getByLabel('path', { exact: true }).fill('ideas.md')
    await checkLooks(page, 'chat-direct-form')
    await page.keyboard.press('Enter')
    await page.getByText('/cat ideas.md').first().waitFor()
    await page.getByRole('article').getByText('An idea.').first().waitFor()
    await page.getByRole('button', { name: 'Send' }).waitFor()

    await message.fill('/')
    await message.pressSequentially('calculator.add')
    await page.keyboard.press('Enter')
    const form = page.getByRole('region', { name: 'tools.calculator.add' })
    const number = form.getByRole('spinbutton').or(form.getByLabel(/^a\b/)).first()
    await number.fill('')
    await form.getByRole('button', { name: 'Run' }).click()
    await form.getByText('Required.').first().waitFor()
    await checkLooks(page, 'chat-operation-form')
    await number.fill('39')
    await form.getByRole('button', { name: 'Run' }).click()
    await page.getByText('a:=39').first().waitFor()
    await page.getByRole('article').getByText('42').first().waitFor()
    expect(problems).toEqual([])
  },
)

it.skipIf(lacksChromium)('attaches a file, and inserts a prompt with its arguments', async () => {
  await using opened = await open()
  const { page, problems } = opened
  const message = page.getByRole('textbox', { name: 'Message' })
  await message.fill('Summarize @ide')
  await page.getByRole('option', { name: /workspace\/ideas\.md/ }).waitFor()
  await checkLooks(page, 'chat-mentions')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Remove workspace/ideas.md' }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByText('I do not know.').waitFor()
  await page.getByText('file: workspace/ideas.md').waitFor()

  await message.fill('/')
  await message.pressSequentially('code-review')
  await page.keyboard.press('Enter')
  const form = page.getByRole('region', { name: 'code-review' })
  await form.getByLabel('code', { exact: true }).fill('x = 1')
  const language = form.getByRole('combobox', { name: /^language/ })
  await language.fill('Py')
  const offered = page.locator(`[id="${await language.getAttribute('list')}"] option`)
  await expect.poll(() => offered.allTextContents()).toContain('Python')
  await form.getByRole('button', { name: 'Insert into the message' }).click()
  await expect.poll(() => message.inputValue()).toContain('x = 1')
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)('edits, retries, renames, exports and deletes', async () => {
  await using opened = await open()
  const { page, problems } = opened
  await ask(page, 'Say one')
  await page.getByText('One.', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Retry' }).click()
  await page.getByText('One.', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Edit the message' }).click()
  await page.getByRole('textbox', { name: 'Edit the message' }).fill('Say two')
  await checkLooks(page, 'chat-edit')
  await page.getByRole('button', { name: 'Send' }).first().click()
  await page.getByText('Two.', { exact: true }).waitFor()
  expect(await page.getByText('One.', { exact: true }).count()).toBe(0)

  await page.getByRole('button', { name: 'Rename' }).click()
  await page.getByLabel('Title').fill('Numbers')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Numbers' }).waitFor()
  await page.getByRole('button', { name: 'Export' }).click()
  await checkLooks(page, 'chat-export')
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Markdown' }).click()
  expect((await download).suggestedFilename()).toBe('Numbers.md')

  await page.getByLabel('Search conversations').fill('numb')
  await page.getByRole('link', { name: /^Numbers/ }).waitFor()
  await page.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.getByText('No title contains "numb".').waitFor()
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)(
  'asks, approves, opens a call and stops with the keyboard alone',
  async () => {
    await using opened = await open()
    const { page, problems } = opened
    await tabTo(page, page.getByRole('textbox', { name: 'Message' }))
    await page.keyboard.type('Write')
    await page.keyboard.press('Enter')
    const card = page.getByRole('region', { name: /wants to call roots\.writeFile/ })
    await tabTo(page, card.getByRole('button', { name: 'Allow once' }))
    await page.keyboard.press('Enter')
    await page.getByText('Written.').waitFor()
    await tabTo(page, page.locator('summary').filter({ hasText: 'roots.writeFile' }))
    await page.keyboard.press('Enter')
    await page.getByRole('group', { name: 'Arguments' }).waitFor()
    await tabTo(page, page.locator('summary').filter({ hasText: 'Envelopes' }))
    await page.keyboard.press('Enter')
    await page.getByRole('group', { name: /^Response, / }).waitFor()
    await checkLooks(page, 'chat-envelopes')

    await tabTo(page, page.getByRole('textbox', { name: 'Message' }))
    await page.keyboard.type('Endless')
    await page.keyboard.press('Enter')
    await page.getByText('It goes on').waitFor()
    await tabTo(page, page.getByRole('button', { name: 'Stop' }))
    await page.keyboard.press('Enter')
    await page.getByText('Stopped.').waitFor()
    // The focus is in the composer again.
    await page.keyboard.type('More')
    expect(await page.getByRole('textbox', { name: 'Message' }).inputValue()).toBe('More')
    expect(problems).toEqual([])
  },
)
