import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { fileResources } from '@mcp/server-resources'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'

import { checkLooks } from './check-looks.ts'
import { lacksChromium } from './chromium.ts'
import { ask } from './keyboard.ts'
import { openPage } from './open-page.ts'
import type { RunningHub } from './running-hub.ts'
import { startHub } from './running-hub.ts'
import { standInModel } from './stand-in-model.ts'

const markdown = `# Plan

The **first** part, with \`code\`, *stress* and a [link](https://example.com/).

## Steps

1. Buy milk
   - fresh
2. Call Ada

- [x] done
- [ ] open

> A quote

| part | weight |
| ---- | ------ |
| box  | 12     |

\`\`\`ts
const total = 1 + 2
\`\`\`

---

![A picture](https://example.com/picture.png)
`

let folder = ''
let running: RunningHub
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dialogs-'))
  await mkdir(join(folder, 'workspace'))
  await mkdir(join(folder, 'resources'))
  await writeFile(join(folder, 'workspace', 'plan.md'), markdown)
  await writeFile(join(folder, 'resources', 'notes.txt'), 'A note.\n')
  running = await startHub({
    llm: standInModel({ Hello: [{ text: ['Good day.'] }] }),
    roots: {
      roots: [
        {
          name: 'workspace',
          path: join(folder, 'workspace'),
          permissions: ['read', 'write', 'delete'],
        },
      ],
    },
    resources: {
      providers: [fileResources({ folder: join(folder, 'resources'), writable: true })],
    },
  })
})
afterAll(async () => {
  await running.close()
  await rm(folder, { recursive: true })
})

const dialogOf = (page: Page, name: string | RegExp) => page.getByRole('dialog', { name })

/** Opens a dialog by a button, checks it, and closes it with Escape. The focus is then at the button again. */
async function checkDialog(
  page: Page,
  { button, title, state }: { readonly button: Locator; readonly title: string; state: string },
): Promise<void> {
  await button.click()
  const dialog = dialogOf(page, title)
  await dialog.waitFor()
  await checkLooks(page, `dialog-${state}`, dialog)
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await expect
    .poll(() => button.evaluate((element) => element === document.activeElement))
    .toBe(true)
}

const buttonOf = (page: Page, name: string) =>
  page.getByRole('main').getByRole('button', { name, exact: true })

it.skipIf(lacksChromium)('has no violation in the dialogs of a conversation', async () => {
  await using opened = await openPage(running.url, { path: 'ui/chat' })
  const { page, problems } = opened
  await ask(page, 'Hello')
  await page.getByText('Good day.').waitFor()
  for (const [name, title, state] of [
    ['Rename', 'Rename the conversation', 'rename-conversation'],
    ['Export', 'Export the conversation', 'export-conversation'],
    ['Delete', 'Delete the conversation', 'delete-conversation'],
    ['Tools', 'Tools of this conversation', 'tools'],
  ] as const) {
    await checkDialog(page, { button: buttonOf(page, name), title, state })
  }
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)(
  'has no violation in the dialogs of the console and activity',
  async () => {
    await using opened = await openPage(running.url, { path: 'ui/console/roots/listRoots' })
    const { page, problems } = opened
    const save = buttonOf(page, 'Save…')
    await checkDialog(page, { button: save, title: 'Save the call', state: 'save-call' })
    await save.click()
    await dialogOf(page, 'Save the call').getByLabel('Name').fill('roots')
    await page.keyboard.press('Enter')
    await dialogOf(page, 'Save the call').waitFor({ state: 'detached' })
    // A narrow window shows the list of calls only without an operation.
    await page.goto(new URL('ui/console', running.url).href)
    await page.getByText('Saved', { exact: false }).first().click()
    const button = page.getByRole('button', { name: 'Delete roots' })
    await checkDialog(page, { button, title: 'Delete the saved call', state: 'delete-call' })

    // Contents are recorded once the activity was shown.
    await page.goto(new URL('ui/activity', running.url).href)
    await page.getByText(/^\d+ of \d+ exchanges/).waitFor()
    // A call that changes data is sent again only after a question.
    const args = { root: 'workspace', path: 'written.txt', content: 'text' }
    const query = `?args=${encodeURIComponent(JSON.stringify(args))}`
    await page.goto(new URL(`ui/console/roots/writeFile${query}`, running.url).href)
    await page.getByRole('button', { name: 'Run' }).click()
    await page.getByRole('region', { name: 'Result', exact: true }).getByText('success').waitFor()
    await page.goto(new URL('ui/activity?filter=operation:writeFile', running.url).href)
    await page.getByRole('row', { name: /writeFile/ }).click()
    const again = buttonOf(page, 'Send again')
    await again.click()
    const question = dialogOf(page, 'Send again?')
    await question.waitFor()
    await checkLooks(page, 'dialog-send-again', question)
    await page.keyboard.press('Escape')
    await question.waitFor({ state: 'detached' })
    expect(problems).toEqual([])
  },
)

it.skipIf(lacksChromium)(
  'has no violation with a Markdown file, and in the dialogs of files',
  { timeout: 240_000 },
  async () => {
    await using opened = await openPage(running.url, { path: 'ui/files' })
    const { page, problems } = opened
    const show = (address: string) => page.goto(new URL(`ui/files/${address}`, running.url).href)
    await show('roots/workspace?path=plan.md')
    await page.getByRole('heading', { name: 'Steps' }).waitFor()
    await page.getByRole('table').getByText('box').waitFor()
    expect(await page.getByRole('main').locator('img').count()).toBe(0)
    await checkLooks(page, 'files-markdown')
    for (const [name, title, state] of [
      ['Rename or move', 'Rename or move', 'move-file'],
      ['Delete', 'Move to the trash', 'delete-file'],
    ] as const) {
      await checkDialog(page, { button: buttonOf(page, name), title, state })
    }
    await show('roots/workspace')
    for (const name of ['New file', 'New folder']) {
      const state = name.toLowerCase().replace(' ', '-')
      await checkDialog(page, { button: buttonOf(page, name), title: name, state })
    }
    const create = page.getByRole('button', { name: 'New resource' })
    await checkDialog(page, { button: create, title: 'New resource', state: 'new-resource' })

    await show('roots/workspace?path=plan.md')
    await buttonOf(page, 'Delete').click()
    await dialogOf(page, 'Move to the trash').getByRole('button', { name: /^Move/ }).click()
    await page.waitForURL((url) => url.searchParams.get('path') !== 'plan.md')
    await show('roots/workspace?path=.trash')
    await page.getByRole('link', { name: /^\d{8}T/ }).click()
    await page.getByRole('main').getByRole('link', { name: 'plan.md' }).click()
    await page.getByRole('heading', { name: 'Steps' }).waitFor()
    for (const [name, title, state] of [
      ['Restore', 'Restore', 'restore-file'],
      ['Delete', 'Delete permanently', 'delete-permanently'],
    ] as const) {
      await checkDialog(page, { button: buttonOf(page, name), title, state })
    }
    await show(`resources?uri=${encodeURIComponent('file:///notes.txt')}`)
    await page.getByText('A note.').waitFor()
    const state = 'delete-resource'
    await checkDialog(page, {
      button: buttonOf(page, 'Delete'),
      title: 'Delete permanently',
      state,
    })
    expect(problems).toEqual([])
  },
)

it.skipIf(lacksChromium)('has no violation in the dialogs and menus of the frame', async () => {
  await using opened = await openPage(running.url, { path: 'ui/servers' })
  const { page, problems } = opened
  await page.getByText('live', { exact: true }).waitFor()
  for (const [key, title, state] of [
    ['?', 'Keys', 'keys'],
    ['Control+k', 'Search and commands', 'search'],
  ] as const) {
    await page.keyboard.press(key)
    await dialogOf(page, title).waitFor()
    await checkLooks(page, `dialog-${state}`, dialogOf(page, title))
    await page.keyboard.press('Escape')
    await dialogOf(page, title).waitFor({ state: 'detached' })
  }
  for (const [name, state] of [
    [/^Session/, 'session'],
    [/^Waiting for you/, 'waiting'],
    [/^Model/, 'model'],
  ] as const) {
    await page.getByRole('banner').getByRole('button', { name }).click()
    await dialogOf(page, name).waitFor()
    await checkLooks(page, `menu-${state}`, dialogOf(page, name))
    await page.keyboard.press('Escape')
    await dialogOf(page, name).waitFor({ state: 'hidden' })
  }
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)('has no violation in the sign-in', async () => {
  const guarded = await startHub({ authenticate: () => undefined })
  try {
    await using opened = await openPage(guarded.url, { path: 'ui/files', expectedStatuses: [401] })
    const { page, problems } = opened
    await page.getByLabel('Your token').waitFor()
    await checkLooks(page, 'dialog-sign-in')
    expect(problems).toEqual([])
  } finally {
    await guarded.close()
  }
})
