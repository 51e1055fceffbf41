import { remoteServer } from '@mcp/dispatcher/node'
import { listen } from '@mcp/node'
import { defineContract, operation } from '@mcp/protocol'
import type { CapabilityServer, Health } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'
import { defineServer, defineTool, notFound, toolOperation } from '@mcp/server'
import { toolsServer } from '@mcp/server-tools'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import * as z from 'zod'

import { findViolations } from './check-accessibility.ts'
import { lacksChromium } from './chromium.ts'
import { tabTo } from './keyboard.ts'
import { expectNoOverflow, openPage, takePicture } from './open-page.ts'
import type { RunningHub } from './running-hub.ts'
import { startHub } from './running-hub.ts'

/** A server of one operation, apart from the one that reads large results. */
function sampleServer(name: string) {
  const contract = defineContract({
    name,
    type: `${name}-request`,
    target: 'place',
    version: '1.2.3',
    operations: {
      forecast: operation({
        title: `Forecast of ${name}`,
        description: 'Forecasts the high of tomorrow.',
        params: () => z.object({ place: z.string() }),
        result: () => z.object({ high: z.number() }),
        hints: { readOnly: true },
        errors: ['not-found'],
        examples: [
          { title: 'Will it be warm in Oslo?', params: { place: 'Oslo' }, result: { high: 4 } },
        ],
      }),
    },
  })
  return defineServer(contract, {
    forecast({ place }) {
      if (place !== 'Oslo') throw notFound('place', place, ['Oslo'])
      return { high: 4 }
    },
  })
}

/** A server with another state. */
function standIn(name: string, health: Health, isDescribed = true): CapabilityServer {
  const sample = sampleServer(name)
  return {
    name,
    source: name,
    process: (...request) => sample.process(...request),
    subscribe: (listener) => sample.subscribe(listener),
    close: () => sample.close(),
    health: () => health,
    describe() {
      if (isDescribed) return sample.describe()
      throw new McpError('unavailable', 'It loads its data.')
    },
  }
}

const weather = { port: 0, stop: async (): Promise<void> => {} }

/** Starts the process of the weather server, at the same port each time. */
async function startWeather(): Promise<string> {
  const { url, close } = await listen({ service: sampleServer('weather'), port: weather.port })
  weather.port = Number(new URL(url).port)
  weather.stop = () => close({ graceMs: 0 })
  return url
}

let running: RunningHub
beforeAll(async () => {
  const url = await startWeather()
  running = await startHub({
    servers: [
      remoteServer({ name: 'weather', url }),
      standIn('archive', { state: 'degraded', reason: 'A folder is missing.' }),
      standIn('loader', { state: 'healthy' }, false),
      standIn('github', {
        state: 'degraded',
        reason: 'requires a login: the hub has no access token',
        connection: {
          phase: 'awaiting-auth',
          since: new Date(Date.now() - 60_000).toISOString(),
          loginUrl: 'https://example.com/authorize?state=a',
        },
      }),
      standIn('silent', { state: 'unhealthy', cause: 'no-response', reason: 'No health in time.' }),
      standIn('remote', {
        state: 'unhealthy',
        cause: 'unreachable',
        reason: 'It cannot be reached.',
      }),
    ],
  })
})
afterAll(async () => {
  await running.close()
  await weather.stop()
})

const looks: readonly (readonly [string, BrowserContextOptions])[] = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['narrow', { viewport: { width: 360, height: 740 } }],
]

const itemOf = (page: Page, name: string) =>
  page.getByRole('listitem').filter({ has: page.getByRole('heading', { name, exact: true }) })

it.skipIf(lacksChromium).each(looks)(
  'shows five states with their reasons: %s',
  async (look, options) => {
    await using opened = await openPage(running.url, { path: 'ui/servers', ...options })
    const { page, problems } = opened
    for (const [name, state, reason] of [
      ['tools', 'healthy', ''],
      ['archive', 'degraded', 'A folder is missing.'],
      ['loader', 'starting', 'The server has not described itself yet.'],
      ['silent', 'unknown', 'No health in time.'],
      ['remote', 'unreachable', 'It cannot be reached.'],
    ] as const) {
      await itemOf(page, name).getByText(state, { exact: true }).waitFor()
      await itemOf(page, name)
        .getByText(/^for \d+/)
        .waitFor()
      if (reason !== '') await itemOf(page, name).getByText(reason).waitFor()
    }
    await takePicture(page, `servers-states-${look}`)
    expect(await findViolations(page)).toEqual([])
    await expectNoOverflow(page)
    for (const [part, heading] of [
      ['add-tool', 'Add a tool'],
      ['add-server', 'Add an MCP server that you have'],
      ['add-client', 'Add to a client'],
    ] as const) {
      await page.locator(`a[href$="/servers/${part}"]`).click()
      await page.getByRole('heading', { name: heading }).waitFor()
      await takePicture(page, `servers-${part}-${look}`)
      expect(await findViolations(page)).toEqual([])
      await expectNoOverflow(page)
    }
    expect(problems).toEqual([])
  },
)

it.skipIf(lacksChromium)('shows the login that a server waits for, in a new tab', async () => {
  await using opened = await openPage(running.url, { path: 'ui/servers' })
  const { page, problems } = opened
  const item = itemOf(page, 'github')
  await item.getByText('requires a login: the hub has no access token').waitFor()
  await item.getByText(/^Connection: waiting for a login, for \d+ min/).waitFor()
  const login = item.getByRole('link', { name: 'Log in at github' })
  expect(await login.getAttribute('href')).toBe('https://example.com/authorize?state=a')
  expect(await login.getAttribute('target')).toBe('_blank')
  expect(await findViolations(page)).toEqual([])
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)('follows a server that goes away and comes back', async () => {
  await using opened = await openPage(running.url, { path: 'ui/servers', expectedStatuses: [404] })
  const { page, problems } = opened
  const item = itemOf(page, 'weather')
  await item.getByText('healthy', { exact: true }).waitFor()
  await item.getByText('version 1.2.3').waitFor()
  await item.getByText('no calls in this session').waitFor()
  for (const place of ['Oslo', 'Oslo', 'Atlantis']) await forecast(page, place)
  await item.getByRole('link', { name: '3 calls' }).waitFor()
  await item.getByText(/^p50 .+ ms, p95 .+ ms$/).waitFor()

  await weather.stop()
  await item.getByText('unreachable', { exact: true }).waitFor()
  const before = await statusOf('weather')
  for (let read = 0; read < 5; read++) await statusOf('weather')
  expect(await statusOf('weather')).toMatchObject({ state: 'unreachable', since: before.since })
  expect(await findViolations(page)).toEqual([])
  await startWeather()
  await item.getByText('healthy', { exact: true }).waitFor()

  // The errors lead to the activity, with the keyboard.
  await tabTo(page, item.getByRole('link', { name: '1 error' }))
  await page.keyboard.press('Enter')
  await page.getByText(/^1 of \d+ exchanges$/).waitFor()
  expect(await page.getByLabel('Filter', { exact: true }).inputValue()).toBe(
    'server:weather status:error',
  )
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)('confirms a new tool and a new server, with the keyboard', async () => {
  await using opened = await openPage(running.url, { path: 'ui/servers' })
  const { page, problems } = opened
  await tabTo(page, page.getByRole('link', { name: 'Add a tool' }))
  await page.keyboard.press('Enter')
  const name = page.getByLabel('Name of the tool')
  await tabTo(page, name)
  await page.keyboard.type('Currency Rates')
  await page.getByText('Use lower-case letters and digits with hyphens').waitFor()
  await name.fill('currency-rates')
  await page.getByText('npx nx g tool currency-rates').waitFor()
  await page.getByText('The catalogue does not have the tool currency-rates yet.').waitFor()
  const currencyRates = defineTool({
    name: 'currencyRates',
    title: 'Currency rates',
    description: 'Converts money.',
    operations: {
      convert: toolOperation({
        title: 'Convert money',
        description: 'Converts money.',
        params: () => z.object({ amount: z.number() }),
        result: () => z.object({ amount: z.number() }),
        hints: { readOnly: true },
        examples: [{ title: 'Convert 1', params: { amount: 1 }, result: { amount: 1 } }],
        run: ({ amount }) => ({ amount }),
      }),
    },
  })
  await running.hub.dispatcher.replace(toolsServer({ tools: [currencyRates] }))
  await page.getByText('The catalogue has the tool currency-rates, with 1 operation.').waitFor()
  await takePicture(page, 'servers-tool-added')
  expect(await findViolations(page)).toEqual([])

  await tabTo(page, page.getByRole('link', { name: 'Add a server' }))
  await page.keyboard.press('Enter')
  const server = page.getByLabel('Name of the server')
  await server.fill('weather')
  await page.getByText('A server of this name exists already').waitFor()
  await server.fill('tides')
  await page.getByText('The catalogue does not have the server tides yet.').waitFor()
  await running.hub.dispatcher.add(sampleServer('tides'))
  await page.getByText('The catalogue has the server tides, with 2 operations.').waitFor()
  await tabTo(page, page.getByRole('link', { name: 'Open it in the console' }))
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Forecast of tides' }).waitFor()
  expect(problems).toEqual([])
})

function forecast(page: Page, place: string): Promise<void> {
  return page.evaluate(async (place) => {
    const payload = { place, operation: 'forecast', params: {} }
    await fetch(new URL('requests', document.baseURI), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-mcp-page': '1' },
      body: JSON.stringify({ type: 'weather-request', payload }),
    })
  }, place)
}

async function statusOf(name: string) {
  const { servers } = await (await fetch(new URL('servers', running.url))).json()
  const { status } = servers.find((server: { name: string }) => server.name === name)
  return status
}
