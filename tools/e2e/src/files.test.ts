import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { fileResources, memoryResources } from '@mcp/server-resources'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'

import { findViolations } from './check-accessibility.ts'
import { lacksChromium } from './chromium.ts'
import { tabTo } from './keyboard.ts'
import type { OpenPageOptions } from './open-page.ts'
import { expectNoOverflow, openPage, takePicture } from './open-page.ts'
import type { RunningHub } from './running-hub.ts'
import { startHub } from './running-hub.ts'

/** An image of one pixel. */
const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const hostileName = '<img src=x onerror=alert(1)>\u{1b}[31m.txt'

let running: RunningHub
let folder: string
const inWorkspace = (path: string) => join(folder, 'workspace', path)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mcp-e2e-files-'))
  await mkdir(inWorkspace('notes'), { recursive: true })
  await mkdir(join(folder, 'resources', 'data'), { recursive: true })
  await writeFile(inWorkspace('notes/todo.md'), '# To do\n\n- buy **milk**\n- call Ada\n')
  await writeFile(inWorkspace('settings.json'), '{"theme": "dark", "sizes": [1, 2]}\n')
  await writeFile(inWorkspace('pixel.png'), Buffer.from(png, 'base64'))
  await writeFile(inWorkspace('program.bin'), Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 255, 200]))
  await writeFile(inWorkspace(hostileName), '<script>alert(1)</script>\n')
  await writeFile(
    inWorkspace('long.txt'),
    `first line\n${'0123456789abcde\n'.repeat(196_608)}last line\n`,
  )
  await writeFile(join(folder, 'resources', 'data', 'cities.csv'), 'city,country\nOslo,Norway\n')
  running = await startHub({
    roots: {
      roots: [
        { name: 'workspace', path: inWorkspace(''), permissions: ['read', 'write', 'delete'] },
        { name: 'manual', path: inWorkspace('notes') },
      ],
    },
    resources: {
      providers: [
        fileResources({ folder: join(folder, 'resources'), writable: true }),
        memoryResources({
          templates: [
            {
              uriTemplate: 'memory:///hello/{name}',
              name: 'hello',
              mimeType: 'text/plain',
              read: ({ name }) => (typeof name === 'string' ? `Hello, ${name}!` : undefined),
              complete: () => ['Ada', 'Ann'],
            },
          ],
        }),
      ],
    },
  })
})
afterAll(async () => {
  await running.close()
  await rm(folder, { recursive: true })
})

const openFiles = (options: OpenPageOptions) => openPage(running.url, options)

const item = (page: Page, name: string) =>
  page.getByRole('treeitem').filter({ has: page.getByText(name, { exact: true }) })
const content = (page: Page, name: string) => page.getByLabel(`Content of ${name}`)

const looks: readonly (readonly [string, BrowserContextOptions])[] = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['narrow', { viewport: { width: 360, height: 740 } }],
]

it.skipIf(lacksChromium).each(looks)('has no violation: %s', async (look, options) => {
  await using opened = await openFiles({ path: 'ui/files', ...options })
  const { page, problems } = opened
  const check = async (state: string) => {
    await takePicture(page, `files-${state}-${look}`)
    expect(await findViolations(page)).toEqual([])
    await expectNoOverflow(page)
  }
  const open = (address: string) => page.goto(new URL(`ui/files/${address}`, running.url).href)
  await item(page, 'workspace').waitFor()
  await check('start')
  await open('roots/workspace')
  await page.getByRole('link', { name: 'settings.json' }).waitFor()
  await page.getByText('Permissions').first().click()
  await check('folder')
  await open('roots/workspace?path=notes%2Ftodo.md')
  await page.getByRole('heading', { name: 'To do' }).waitFor()
  await page.getByRole('button', { name: 'Source', exact: true }).click()
  await content(page, 'notes/todo.md').getByText('milk').waitFor()
  await check('source')
  expect(problems).toEqual([])
})

const editor = (page: Page, name: string) => page.getByRole('textbox', { name: `Text of ${name}` })
const address = (path: string) => `ui/files/roots/workspace?path=${encodeURIComponent(path)}`

it.skipIf(lacksChromium)('finds, edits and saves a file, with the mouse', async () => {
  await using opened = await openFiles({ path: 'ui/files' })
  const { page, problems } = opened
  await page.getByRole('searchbox', { name: 'Search files' }).fill('TODO')
  await page.getByRole('region', { name: 'workspace' }).getByRole('link').click()
  await page.getByRole('heading', { name: 'To do' }).waitFor()
  await page.getByLabel('Search in').selectOption('text')
  await page.getByRole('searchbox', { name: 'Search files' }).fill('call ada')
  await page.getByText('- call Ada', { exact: true }).first().waitFor()
  await page.getByRole('searchbox', { name: 'Search files' }).fill('Oslo')
  await page.getByText('file:///data/cities.csv:2').click()
  await page.getByRole('heading', { name: 'file:///data/cities.csv' }).waitFor()

  await page.goto(new URL(address('notes/todo.md'), running.url).href)
  await page.getByRole('button', { name: 'Edit' }).click()
  await editor(page, 'notes/todo.md').press('Control+End')
  await page.keyboard.type('- buy bread')
  await page.getByRole('button', { name: 'Review the changes' }).click()
  await page.getByText('Your version').waitFor()
  await takePicture(page, 'files-review')
  expect(await findViolations(page)).toEqual([])
  expect(await readFile(inWorkspace('notes/todo.md'), 'utf8')).not.toContain('bread')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('saved', { exact: true }).waitFor()
  expect(await readFile(inWorkspace('notes/todo.md'), 'utf8')).toContain('- call Ada\n- buy bread')
  await page.getByText('buy bread').waitFor()
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)('shows both versions if another has saved first', async () => {
  await writeFile(inWorkspace('shared.txt'), 'one\n')
  await using opened = await openFiles({ path: address('shared.txt'), expectedStatuses: [409] })
  const { page, problems } = opened
  await page.getByRole('button', { name: 'Edit' }).click()
  await editor(page, 'shared.txt').fill('one\nmine\n')
  await writeFile(inWorkspace('shared.txt'), 'one\ntheirs\n')
  await page.getByText('The file has changed since you began.').waitFor()
  await page.getByRole('button', { name: 'Review the changes' }).click()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('The other version, which is saved').waitFor()
  await takePicture(page, 'files-conflict')
  expect(await findViolations(page)).toEqual([])
  expect(await readFile(inWorkspace('shared.txt'), 'utf8')).toBe('one\ntheirs\n')
  await page.getByRole('button', { name: 'Continue editing your version' }).click()
  await editor(page, 'shared.txt').fill('one\ntheirs\nmine\n')
  await page.getByRole('button', { name: 'Review the changes' }).click()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('saved', { exact: true }).waitFor()
  expect(await readFile(inWorkspace('shared.txt'), 'utf8')).toBe('one\ntheirs\nmine\n')
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)(
  'creates, renames, deletes and restores a file, with the keyboard',
  async () => {
    await using opened = await openFiles({ path: 'ui/files' })
    const { page, problems } = opened
    const press = async (...keys: readonly string[]) => {
      for (const key of keys) await page.keyboard.press(key)
    }
    const focusOn = async (name: string) => {
      await tabTo(page, page.getByRole('button', { name, exact: true }))
      await press('Enter')
    }
    await item(page, 'workspace').waitFor()
    await tabTo(page, page.getByRole('searchbox', { name: 'Search files' }))
    await press('ArrowDown', 'ArrowDown')
    await page.locator('[role=treeitem]:focus').filter({ hasText: 'workspace' }).waitFor()
    await press('Enter')
    await page.getByRole('heading', { name: 'workspace' }).waitFor()
    await focusOn('New file')
    await page.getByRole('textbox', { name: 'Name' }).waitFor()
    await page.keyboard.type('drafts/<b>new.md')
    await press('Enter')
    await page.getByRole('heading', { name: '<b>new.md' }).waitFor()
    await focusOn('Edit')
    await tabTo(page, editor(page, 'drafts/<b>new.md'))
    await page.keyboard.type('# New')
    await press('Control+Enter')
    await page.getByRole('button', { name: 'Save', exact: true }).waitFor()
    await press('Enter')
    await page.getByText('saved', { exact: true }).waitFor()
    await focusOn('Rename or move')
    await tabTo(page, page.getByRole('textbox', { name: 'New path' }))
    await press('Control+a')
    await page.keyboard.type('drafts/final.md')
    await press('Enter')
    await page.getByRole('heading', { name: 'final.md' }).waitFor()
    expect(await readFile(inWorkspace('drafts/final.md'), 'utf8')).toBe('# New')
    await focusOn('Delete')
    await focusOn('Move to the trash')
    await page.getByText('The folder is empty.').waitFor()
    expect(await readdir(inWorkspace('drafts'))).toEqual([])
    await page.goto(new URL(address('.trash'), running.url).href)
    for (const name of [/^\d{8}T/, 'drafts', 'final.md']) {
      await tabTo(page, page.getByRole('main').getByRole('link', { name }))
      await press('Enter')
    }
    await focusOn('Restore')
    await tabTo(page, page.getByRole('dialog').getByRole('button', { name: 'Restore' }))
    await press('Enter')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.getByRole('heading', { name: 'final.md' }).waitFor()
    expect(await readdir(inWorkspace('drafts'))).toEqual(['final.md'])
    expect(problems).toEqual([])
  },
)

it.skipIf(lacksChromium)('marks what changes on disk, until it is opened', async () => {
  await using opened = await openFiles({ path: address('settings.json') })
  const { page, problems } = opened
  await page.getByText('theme').waitFor()
  await item(page, 'workspace').waitFor()
  await expect
    .poll(async () => {
      // The watch starts when the page is open, so the first change may be before it.
      await writeFile(inWorkspace('other.txt'), String(Date.now()))
      return item(page, 'other.txt')
        .getByText(/created|modified/)
        .count()
    })
    .toBe(1)
  await takePicture(page, 'files-mark')
  expect(await findViolations(page)).toEqual([])
  await writeFile(join(folder, 'resources', 'data', 'cities.csv'), 'city,country\nLima,Peru\n')
  await page.getByRole('treeitem').filter({ hasText: 'file:///contains changes' }).waitFor()
  await item(page, 'other.txt').click()
  await page.getByText(/^changed at/).waitFor()
  expect(
    await item(page, 'other.txt')
      .getByText(/created|modified/)
      .count(),
  ).toBe(0)
  await writeFile(inWorkspace('other.txt'), 'shown at once')
  await content(page, 'other.txt').getByText('shown at once').waitFor()
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)('draws an image, hostile names, and a large file in pieces', async () => {
  await using opened = await openFiles({
    path: address('pixel.png'),
    // The response to a request for the text of a file that is not text.
    expectedStatuses: [400],
  })
  const { page, problems } = opened
  const open = (path: string) => page.goto(new URL(address(path), running.url).href)
  const image = page.getByRole('img', { name: 'image/png' })
  await image.waitFor()
  expect(await image.getAttribute('src')).toMatch(/^blob:/)
  await open(hostileName)
  await content(page, '<img').getByText('<script>alert(1)</script>').waitFor()
  await page.getByRole('heading', { name: String.raw`\u{1b}[31m.txt` }).waitFor()
  await open('program.bin')
  await page.getByText('Binary data: program (ELF), 8 B').waitFor()
  expect(await findViolations(page)).toEqual([])
  await open('long.txt')
  await content(page, 'long.txt').getByText('first line').waitFor()
  await page.getByText('Bytes 0 to 196,608 of').waitFor()
  await page.getByRole('link', { name: 'Next' }).click()
  await page.getByText('Bytes 196,608 to').waitFor()
  await page.goBack()
  await page.getByText('Bytes 0 to').waitFor()
  await page.getByRole('link', { name: 'Last' }).click()
  await page.getByRole('link', { name: 'Next' }).waitFor({ state: 'detached' })
  expect(await page.getByRole('button', { name: 'Edit' }).isDisabled()).toBe(true)
  await page.goto(new URL(`${address('long.txt')}&line=196610`, running.url).href)
  await content(page, 'long.txt').getByText('last line').waitFor()
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)('explains what is not allowed, and completes templates', async () => {
  await using opened = await openFiles({
    path: 'ui/files/roots/elsewhere',
    // The response to a request for the file that is missing.
    expectedStatuses: [404],
  })
  const { page, problems } = opened
  await page.getByText('This session has no root named “elsewhere”.').waitFor()
  await page.getByRole('link', { name: 'manual' }).click()
  expect(await page.getByRole('button', { name: 'New file' }).isDisabled()).toBe(true)
  await page.getByText('Permissions').first().click()
  await page.getByLabel('Check a path').fill('../secret')
  await page.getByRole('button', { name: 'Check' }).click()
  await page.getByText('path-escape').waitFor()
  await page.goto(new URL(address('missing.txt'), running.url).href)
  await page.getByText('The path does not exist.').waitFor()
  await page.getByRole('link', { name: 'Open the root workspace' }).waitFor()
  expect(await findViolations(page)).toEqual([])

  await item(page, 'Templates').click()
  await item(page, 'hello').click()
  const name = page.getByRole('combobox', { name: 'name' })
  await name.fill('A')
  await expect.poll(() => page.locator('datalist option').allTextContents()).toEqual(['Ada', 'Ann'])
  await name.fill('Ada')
  await page.getByRole('button', { name: 'Open' }).click()
  await content(page, 'memory:///hello/Ada').getByText('Hello, Ada!').waitFor()
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)(
  'creates a resource, and finds it by the search of the frame',
  async () => {
    await using opened = await openFiles({ path: 'ui/files' })
    const { page, problems } = opened
    await page.getByRole('button', { name: 'New resource' }).click()
    const dialog = page.getByRole('dialog', { name: 'New resource' })
    await dialog.getByLabel('URI').fill('file:///data/rivers.csv')
    await dialog.getByLabel('Content').fill('river,length\nGlomma,621\n')
    expect(await findViolations(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Create' }).click()
    await dialog.waitFor({ state: 'detached' })
    await content(page, 'file:///data/rivers.csv').getByText('Glomma').waitFor()
    expect(await readFile(join(folder, 'resources/data/rivers.csv'), 'utf8')).toContain('Glomma')

    const search = page.getByRole('combobox', { name: 'Search', exact: true })
    const find = async (text: string) => {
      await page.keyboard.press('ControlOrMeta+k')
      await search.fill(text)
    }
    await find('rivers')
    await page.getByRole('option', { name: /^rivers\.csv .*Resource$/ }).waitFor()
    await find('code-review')
    await page.getByRole('option', { name: /^code-review .*Prompt$/ }).waitFor()
    await search.fill('todo')
    const file = page.getByRole('option', { name: /^todo\.md workspace\/notes\/todo\.md ?File$/ })
    await file.waitFor()
    await takePicture(page, 'palette-files')
    expect(await findViolations(page)).toEqual([])
    await file.click()
    await page.getByRole('heading', { name: 'To do' }).waitFor()
    expect(problems).toEqual([])
  },
)
