import { setTimeout as delay } from 'node:timers/promises'

import { createRestClient } from '@mcp/client/rest'
import type { RestClient } from '@mcp/client/rest'
import type { ModelProvider, ModelRequest, ModelStreamEvent } from '@mcp/llm'
import { McpError } from '@mcp/protocol'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'

import { lacksChromium } from './chromium.ts'
import { ask } from './keyboard.ts'
import { openPage, takePicture } from './open-page.ts'
import type { RunningHub } from './running-hub.ts'
import { startHub } from './running-hub.ts'

/** If SPEED is set, the limits are those of a machine without other load, and the conversation is long. */
const isMeasured = process.env['SPEED'] !== undefined
const questions = isMeasured ? 250 : 20
const questionsWithCalls = isMeasured ? 50 : 4
const callsPerQuestion = 4
const maxMs = isMeasured ? 50 : 2_000

const tokens = isMeasured ? 150 : 60
const tokenEveryMs = 40
const hugeChars = 2 * 1024 * 1024

/** Time at which each token left the model. */
const sentAt: number[] = []

async function* respond({ messages }: ModelRequest): AsyncGenerator<ModelStreamEvent> {
  const last = messages.findLastIndex(({ role }) => role === 'user')
  const prompt = messages[last]?.content ?? ''
  const number = Number(/^Question (\d+)$/.exec(prompt)?.[1] ?? questions)
  const isFirst = messages.at(-1)?.role === 'user'
  let text = ''
  let toolCalls: { id: string; name: string; arguments: unknown }[] = []
  if (prompt === 'Stream') {
    sentAt.length = 0
    for (let token = 0; token < tokens; token++) {
      await delay(tokenEveryMs)
      const piece = token % 20 === 19 ? `t${token}.\n\n` : `t${token} and **more** `
      sentAt[token] = Date.now()
      text += piece
      yield { type: 'text-delta', text: piece }
    }
  } else if (prompt === 'Huge') {
    const piece = `${'A line of a very long answer. '.repeat(4)}\n\n`.repeat(200)
    while (text.length < hugeChars) {
      text += piece
      yield { type: 'text-delta', text: piece }
    }
  } else if (isFirst && number < questionsWithCalls) {
    toolCalls = Array.from({ length: callsPerQuestion }, (_, call) => ({
      id: `call-${call}`,
      name: 'calculator_add',
      arguments: { a: number, b: call },
    }))
  } else {
    text = `## Answer ${number}\n\n- one **bold**\n- two \`code\`\n\n| a | b |\n| - | - |\n| 1 | 2 |\n`
    yield { type: 'text-delta', text }
  }
  const stopReason = toolCalls.length > 0 ? 'tool-calls' : 'stop'
  const usage = { inputTokens: 1, outputTokens: 1 }
  yield { type: 'response-finished', response: { text, toolCalls, stopReason, model: 'm', usage } }
}

const model: ModelProvider = {
  id: 'stand-in',
  label: 'Stand-in',
  listModels: async () => [{ id: 'stand-in-small' }],
  stream: respond,
  async generate(request) {
    for await (const event of respond(request)) {
      if (event.type === 'response-finished') return event.response
    }
    throw new McpError('upstream-error', 'No response.')
  },
}

let running: RunningHub
beforeAll(async () => {
  running = await startHub({ llm: model })
})
afterAll(() => running.close())

/** Creates a client with the conversations of the browser of the page. */
async function clientOf(page: Page): Promise<RestClient> {
  const cookies = await page.context().cookies()
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  return createRestClient({ url: running.url, headers: { cookie, 'x-mcp-page': '1' } })
}

async function createLongConversation(client: RestClient): Promise<string> {
  const { id } = await client.conversations.create({ title: 'Long' })
  for (let number = 0; number < questions; number++) {
    const { runId } = await client.runs.start(id, { prompt: `Question ${number}` })
    for await (const { event } of client.runs.events(runId)) void event
  }
  return id
}

/** Observes in the page when each token appears, and how long each key waits for the next frame. */
async function observe(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen: number[] = []
    const keys: number[] = []
    Object.assign(globalThis, { measured: { seen, keys } })
    new MutationObserver(() => {
      const articles = document.querySelectorAll('article')
      const text = articles[articles.length - 1]?.textContent ?? ''
      const last = Number(/.*\bt(\d+)\b/s.exec(text)?.[1] ?? -1)
      for (let token = seen.length; token <= last; token++) seen[token] = Date.now()
    }).observe(document.body, { childList: true, subtree: true, characterData: true })
    addEventListener(
      'keydown',
      ({ timeStamp }) => {
        requestAnimationFrame(() => {
          // The message is received after the frame is drawn.
          const { port1, port2 } = new MessageChannel()
          port1.addEventListener('message', () => keys.push(performance.now() - timeStamp))
          port1.start()
          port2.postMessage('')
        })
      },
      { capture: true },
    )
  })
}

async function measured(page: Page): Promise<{ seen: number[]; keys: number[] }> {
  return page.evaluate(() => Reflect.get(globalThis, 'measured'))
}

/**
 * Waits until the page shows a number of tokens. A locator by role would examine all messages instead, which
 * takes the thread of the page 400 ms in this conversation, and the tokens of that time would be late.
 */
async function receivesTokens(page: Page, count: number): Promise<void> {
  await page.waitForFunction(
    (minCount) => Reflect.get(globalThis, 'measured').seen.length >= minCount,
    count,
    { polling: 100, timeout: 60_000 },
  )
}

/** Returns a percentile of values. */
function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? Infinity)
}

it.skipIf(lacksChromium)(
  'shows a token and responds to a key at once in a long conversation',
  async () => {
    await using opened = await openPage(running.url, { path: 'ui/chat' })
    const { page, problems } = opened
    await page.getByText('What do you want to know?').waitFor()
    const client = await clientOf(page)
    const id = await createLongConversation(client)
    await page.goto(new URL(`ui/chat/${id}`, running.url).href)
    await page.getByRole('heading', { name: `Answer ${questions - 1}` }).waitFor()
    await observe(page)
    await ask(page, 'Stream')
    await receivesTokens(page, 2)
    await page.keyboard.type('Typed while an answer streams, a key after the other.', { delay: 60 })
    await receivesTokens(page, tokens)

    const { seen, keys } = await measured(page)
    expect(seen).toHaveLength(tokens)
    await page.getByRole('button', { name: 'Send' }).waitFor()
    const { runs } = await client.conversations.read(id)
    const emittedAt: number[] = []
    for await (const { at, event } of client.runs.events(runs.at(-1)?.runId ?? '')) {
      if (event.type !== 'text-delta') continue
      for (const [, token] of event.text.matchAll(/\bt(\d+)\b/g)) emittedAt[Number(token)] = at
    }
    const fromModel = seen.map((at, token) => at - (sentAt[token] ?? 0))
    const fromServer = seen.map((at, token) => at - (emittedAt[token] ?? 0))
    const figures = {
      messages: questions * 2,
      calls: questionsWithCalls * callsPerQuestion,
      tokenFromServer: [percentile(fromServer, 0.5), percentile(fromServer, 0.95)],
      tokenFromModel: [percentile(fromModel, 0.5), percentile(fromModel, 0.95)],
      key: [percentile(keys, 0.5), percentile(keys, 0.95)],
    }
    console.log('Milliseconds, median and 95th percentile:', JSON.stringify(figures))
    expect(percentile(fromServer, 0.95)).toBeLessThan(maxMs)
    expect(percentile(keys, 0.95)).toBeLessThan(maxMs)
    expect(problems).toEqual([])
  },
  300_000,
)

it.skipIf(lacksChromium)(
  'cuts an answer of 2 MiB, with its size and a way to the whole',
  async () => {
    await using opened = await openPage(running.url, { path: 'ui/chat' })
    const { page, problems } = opened
    await ask(page, 'Huge')
    await page.getByRole('button', { name: 'Send' }).waitFor({ timeout: 60_000 })
    const note = page.getByText(/^Cut: [\d,]+ of 2,\d{3},\d{3} characters\.$/)
    await note.waitFor()
    await takePicture(page, 'chat-cut')
    const before = await note.textContent()
    await page.getByRole('button', { name: 'Show more' }).click()
    await page.waitForFunction((text) => !document.body.textContent.includes(text), before ?? '')
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Save the whole' }).click()
    expect((await download).suggestedFilename()).toBe('answer.md')
    expect(problems).toEqual([])
  },
)
