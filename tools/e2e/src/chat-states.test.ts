import { createMemoryConversationStore } from '@mcp/conversations'
import { closeCompletionsServers, completion, json, startCompletionsServer } from '@mcp/llm/testing'
import { McpError } from '@mcp/protocol'
import { afterAll, beforeAll, expect, it } from 'vitest'

import { checkLooks } from './check-looks.ts'
import { lacksChromium } from './chromium.ts'
import { ask } from './keyboard.ts'
import { openPage } from './open-page.ts'
import type { RunningHub } from './running-hub.ts'
import { startHub } from './running-hub.ts'
import { standInModel } from './stand-in-model.ts'

const overloaded = new McpError('rate-limited', 'The provider is overloaded.', {
  retryable: true,
  details: { retryAfterMs: 50_000 },
})
const unauthenticated = new McpError('unauthenticated', 'The provider refused the key.')
const add = (a: number) => ({
  id: `a${a}`,
  name: 'calculator_add',
  arguments: { a, b: 1 },
})

let running: RunningHub
beforeAll(async () => {
  running = await startHub({
    llm: standInModel({
      Hello: [{ text: ['Good day.'] }],
      Busy: [{ error: overloaded, failures: 1, text: ['Recovered.'] }],
      Count: Array.from({ length: 14 }, (_, a) => ({ calls: [add(a)] })),
      Long: [{ text: ['The first half'], stopReason: 'length' }],
      'Continue.': [{ text: ['And the rest.'] }],
      Locked: [{ error: unauthenticated, failures: 1, text: ['Unlocked.'] }],
    }),
  })
})
afterAll(async () => {
  await running.close()
  await closeCompletionsServers()
})

const open = (options: Parameters<typeof openPage>[1] = {}) =>
  openPage(running.url, { path: 'ui/chat', ...options })

it.skipIf(lacksChromium)('connects a model with a key, and runs direct forms before', async () => {
  const list = json(200, { data: [{ id: 'gpt-stand-in' }] })
  const completed = json(200, completion({ content: 'OK' }))
  const model = await startCompletionsServer((response, request) =>
    request.url?.endsWith('/models') === true
      ? list(response, request)
      : completed(response, request),
  )
  const empty = await startHub()
  try {
    await using opened = await openPage(empty.url, { path: 'ui/chat' })
    const { page, problems } = opened
    await page.getByRole('heading', { name: 'No language model yet' }).waitFor()
    await page.getByRole('button', { name: 'Find a model on this machine' }).waitFor()
    await checkLooks(page, 'chat-no-model')
    for (const [chip, result] of [
      ['6 * 7', 'value: 42'],
      ['/prompts.list', 'code-review'],
    ] as const) {
      await page.getByRole('button', { name: chip }).click()
      await page.getByRole('article').getByText(result).first().waitFor()
      await page.getByRole('link', { name: 'New conversation' }).click()
    }
    await fetch(new URL('providers/openai', empty.url), {
      method: 'PUT',
      headers: { 'content-type': 'application/json', 'x-mcp-page': '1' },
      body: JSON.stringify({ url: model.url }),
    })
    await page.getByRole('button', { name: 'Paste a key' }).click()
    await page.getByLabel('Provider').selectOption('OpenAI')
    await page.getByLabel('Key', { exact: true }).fill('key-of-the-test')
    await checkLooks(page, 'chat-key')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { name: 'What do you want to know?' }).waitFor()
    await checkLooks(page, 'chat-start')
    expect(problems).toEqual([])
  } finally {
    await empty.close()
  }
})

it.skipIf(lacksChromium)('runs a prompt that the offline planner suggests', async () => {
  const empty = await startHub()
  try {
    await using opened = await openPage(empty.url, { path: 'ui/chat' })
    const { page, problems } = opened
    await ask(page, 'qwertz')
    const suggestions = page.getByRole('region', { name: 'Ask one of these' })
    await suggestions.waitFor()
    await checkLooks(page, 'chat-suggestions', suggestions)
    const first = suggestions.getByRole('button').first()
    const prompt = (await first.textContent()) ?? ''
    await first.click()
    const next = page.getByRole('article', { name: 'Question 2' })
    await next.getByText(prompt, { exact: true }).first().waitFor()
    await next.getByText(/I ran/).first().waitFor()
    expect(await suggestions.count()).toBe(0)
    expect(problems).toEqual([])
  } finally {
    await empty.close()
  }
})

it.skipIf(lacksChromium)('shows that a message is being sent', async () => {
  await using opened = await open()
  const { page, problems } = opened
  const gate = Promise.withResolvers<void>()
  await page.route('**/runs', async (route) => {
    await gate.promise
    await route.continue()
  })
  await ask(page, 'Hello')
  await page.getByText('Sending…').first().waitFor()
  await checkLooks(page, 'chat-sending')
  gate.resolve()
  await page.getByText('Good day.').waitFor()
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)('shows a retry of the provider, stops it and tries again', async () => {
  await using opened = await open()
  const { page, problems } = opened
  await ask(page, 'Busy')
  await page.getByText(/^Retrying in \d+ s \(attempt 1\): The provider is overloaded/).waitFor()
  await checkLooks(page, 'chat-retrying')
  await page.getByRole('button', { name: 'Stop' }).click()
  const end = page.getByRole('status').filter({ hasText: 'Stopped.' })
  await end.waitFor()
  await checkLooks(page, 'chat-stopped')
  await end.getByRole('button', { name: 'Retry' }).click()
  await page.getByText('Recovered.').waitFor()
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)('continues after a limit', async () => {
  await using opened = await open()
  const { page, problems } = opened
  await ask(page, 'Count')
  const end = page.getByRole('status').filter({ hasText: 'The limit of steps is reached.' })
  await end.waitFor()
  await checkLooks(page, 'chat-limit')
  await end.getByRole('button', { name: 'Continue' }).click()
  await page.getByText('And the rest.').waitFor()
  await ask(page, 'Long')
  await page
    .getByRole('status')
    .filter({ hasText: 'maximum length' })
    .getByRole('button', { name: 'Continue' })
    .click()
  await page.getByText('And the rest.').nth(1).waitFor()
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)('shows what to do after a failure', async () => {
  await using opened = await open()
  const { page, problems } = opened
  await ask(page, 'Locked')
  const end = page.getByRole('alert').filter({ hasText: 'The provider refused the key.' })
  await end.waitFor()
  await checkLooks(page, 'chat-failed')
  await end.getByRole('link', { name: 'Models and keys' }).click()
  await page.getByRole('heading', { name: 'Anthropic', exact: true }).waitFor()
  await page.goBack()
  await end.getByRole('button', { name: 'Retry' }).click()
  await page.getByText('Unlocked.').waitFor()
  expect(problems).toEqual([])
})

it.skipIf(lacksChromium)(
  'shows that a run is out of date, interrupted, and continues it',
  async () => {
    const conversationStore = createMemoryConversationStore()
    const gate = new Promise<void>(() => {})
    const story = standInModel({
      Story: [{ text: ['Once upon a time ', '…'], gate }],
      'Continue.': [{ text: ['there was an end.'] }],
    })
    const first = await startHub({ conversationStore, llm: story })
    const port = Number(new URL(first.url).port)
    await using opened = await openPage(first.url, { path: 'ui/chat', expectedStatuses: [503] })
    const { page, problems } = opened
    await ask(page, 'Story')
    await page.getByText('Once upon a time').waitFor()
    await first.close()
    await page.getByText('Out of date: the connection is interrupted.').waitFor()
    await checkLooks(page, 'chat-out-of-date')
    const second = await startHub({ conversationStore, llm: story }, port)
    try {
      const end = page.getByRole('status').filter({ hasText: 'Interrupted: the client app ended' })
      await end.waitFor()
      await page.getByText('Once upon a time').waitFor()
      await checkLooks(page, 'chat-interrupted')
      await end.getByRole('button', { name: 'Continue' }).click()
      await page.getByText('there was an end.').waitFor()
      expect(problems.filter((problem) => !problem.includes('net::ERR_'))).toEqual([])
    } finally {
      await second.close()
    }
  },
)
