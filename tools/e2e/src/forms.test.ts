import { readFile } from 'node:fs/promises'

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import * as z from 'zod'

import { findViolations } from './check-accessibility.ts'
import { lacksChromium } from './chromium.ts'
import { readText } from './keyboard.ts'
import { expectNoOverflow, openPage, takePicture } from './open-page.ts'
import type { RunningHub } from './running-hub.ts'
import { startHub } from './running-hub.ts'

const hardSchemas = z.array(
  z.object({
    source: z.string(),
    schema: z.record(z.string(), z.unknown()),
    value: z.record(z.string(), z.unknown()),
  }),
)

const json = (page: Page) => page.getByRole('textbox', { name: 'Arguments as JSON' })

let running: RunningHub
let cases: z.infer<typeof hardSchemas>
beforeAll(async () => {
  running = await startHub()
  const file = new URL('../../../libs/web-client/web/src/forms/hard-schemas.json', import.meta.url)
  cases = hardSchemas.parse(JSON.parse(await readFile(file, 'utf8')))
})
afterAll(() => running.close())

/** Adds a server to the catalogue that the page receives, with one operation for each schema. */
async function addHardOperations(page: Page): Promise<void> {
  await page.route(new URL('servers', running.url).href, async (route) => {
    const response = await route.fetch()
    const { servers } = z
      .object({ servers: z.array(z.looseObject({ operations: z.array(z.looseObject({})) })) })
      .parse(await response.json())
    const tools = servers.find(({ name }) => name === 'tools')
    const operations = cases.map(({ source, schema }, index) => ({
      ...tools?.operations[0],
      operation: `case${index}`,
      title: source,
      target: undefined,
      paramsSchema: schema,
      examples: [],
    }))
    await route.fulfill({
      response,
      json: { servers: [...servers, { ...tools, name: 'hard', operations }] },
    })
  })
}

async function show(page: Page, index: number): Promise<unknown> {
  const { source, value } = cases[index] ?? { source: '', value: {} }
  const query = `?args=${encodeURIComponent(JSON.stringify(value))}`
  await page.evaluate((address) => {
    history.pushState(null, '', address)
  }, `/ui/console/hard/case${index}${query}`)
  await page.getByRole('heading', { level: 1, name: source, exact: true }).waitFor()
  return JSON.parse(await readText(json(page)))
}

/** Enters another value in each field of the form, and then its old value again. */
function retypeFields(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const set = (field: HTMLElement, text: string) => {
      // React replaces the setter of the element, and would not notice the change.
      const prototype = Object.getPrototypeOf(field)
      Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, text)
      field.dispatchEvent(new Event('input', { bubbles: true }))
      field.dispatchEvent(new Event('change', { bubbles: true }))
    }
    const isVariant = (id: string) =>
      document
        .querySelector(`label[for="${CSS.escape(id)}"]`)
        ?.textContent?.startsWith('Variant of')
    const isField = (field: Element): field is HTMLInputElement =>
      field.id !== '' && isVariant(field.id) !== true
    const ids = Array.from(document.querySelectorAll('form fieldset :is(input, textarea, select)'))
      .filter(isField)
      .filter(({ value }) => value !== '')
      .map(({ id }) => id)
    for (const id of ids) {
      const field = document.getElementById(id)
      if (field === null || !isField(field)) continue
      const { value } = field
      const isSelect = field instanceof HTMLSelectElement
      set(field, isSelect ? '-1' : `${value}1`)
      await new Promise((resolve) => setTimeout(resolve))
      const again = document.getElementById(id)
      if (again !== null) set(again, value)
      await new Promise((resolve) => setTimeout(resolve))
    }
    return ids.length
  })
}

it.skipIf(lacksChromium)(
  'draws the hardest schemas, and keeps their values when each field is entered again',
  { timeout: 180_000 },
  async () => {
    await using opened = await openPage(running.url, { path: 'ui/servers' })
    const { page, problems } = opened
    await addHardOperations(page)
    await page.goto(new URL('ui/console/hard/case0', running.url).href)
    let fields = 0
    for (const [index, { source, value }] of cases.entries()) {
      expect({ source, value: await show(page, index) }).toEqual({ source, value })
      fields += await retypeFields(page)
      const text = await readText(json(page))
      expect({ source, value: JSON.parse(text) }).toEqual({ source, value })
    }
    expect(fields).toBeGreaterThan(cases.length * 3)
    expect(problems).toEqual([])
  },
)

it.skipIf(lacksChromium)('has no violation, and states why it hands a schema to JSON', async () => {
  await using opened = await openPage(running.url, {
    path: 'ui/servers',
    viewport: { width: 360, height: 740 },
  })
  const { page, problems } = opened
  await addHardOperations(page)
  await page.goto(new URL('ui/console/hard/case0', running.url).href)
  for (const source of ['Figma plugin API, paints and transforms', 'GeoJSON, feature']) {
    await show(
      page,
      cases.findIndex((each) => each.source === source),
    )
    await takePicture(page, `forms-${source.slice(0, 5).toLowerCase()}-narrow`)
    expect(await findViolations(page)).toEqual([])
    await expectNoOverflow(page)
  }
  await show(
    page,
    cases.findIndex(({ source }) => source.startsWith('react-jsonschema-form')),
  )
  await page
    .getByText('No form can edit this value. Its fields depend on the values of other fields.')
    .waitFor()
  expect(problems).toEqual([])
})
