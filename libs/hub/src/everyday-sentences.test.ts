import { chooseDirectProvider } from '@mcp/direct-forms'
import type { AgentRequest, CatalogueOperation } from '@mcp/llm'
import { runAgent } from '@mcp/llm'
import { createOfflinePlanner } from '@mcp/offline-planner'
import { createResponse } from '@mcp/protocol'
import { afterAll, expect, it } from 'vitest'

import { createHub } from './create-hub.ts'
import { blindSentences, blindUnanswerable } from './fixtures/blind-sentences.ts'
import { everydaySentences, unanswerableSentences } from './fixtures/everyday-sentences.ts'

const hub = createHub()
afterAll(() => hub.close())

const catalogue: CatalogueOperation[] = hub.dispatcher
  .descriptions()
  .flatMap(({ name: server, operations }) =>
    operations.map((operation) => Object.assign({}, operation, { server })),
  )
const servers = new Map(catalogue.map(({ type, server = type }) => [type, server]))
const planner = createOfflinePlanner()

/** Returns the operation that a prompt calls, or undefined if it is declined. */
async function firstCall(prompt: string): Promise<string | undefined> {
  const requests: AgentRequest[] = []
  const chosen = chooseDirectProvider(prompt, { provider: planner, catalogue })
  const isDirect = chosen.provider !== planner
  await runAgent({
    ...chosen,
    prompt,
    call(request) {
      // A direct form looks the root up before its call.
      if (request.payload['operation'] === 'listRoots' && isDirect) {
        return createResponse('req', 'success', { result: { items: [{ name: 'workspace' }] } })
      }
      requests.push(request)
      return createResponse('req', 'success', { result: null })
    },
    // Whether the call needs approval makes no difference to what was chosen.
    approvals: { policy: 'never', grants: [] },
  })
  const [first] = requests
  return first && `${servers.get(first.type)}.${String(first.payload['operation'])}`
}

const offered = new Set(catalogue.map(({ server, operation }) => `${server}.${operation}`))

it.each([
  ['an everyday sentence', everydaySentences],
  ['a sentence written without the contracts', blindSentences],
])('makes no wrong call for %s, and prints the score by server', async (what, sentences) => {
  const scores = new Map<string, { right: number; all: number }>()
  const wrong: string[] = []
  for (const { server, text, call } of sentences) {
    const score = scores.get(server) ?? { right: 0, all: 0 }
    const made = await firstCall(text)
    score.all++
    if (made === call) score.right++
    else if (made !== undefined) wrong.push(`${text}: ${made} instead of ${call}`)
    scores.set(server, score)
  }
  const lines = Array.from(scores, ([server, { right, all }]) => `${server} ${right}/${all}`)
  process.stdout.write(`${what}: ${lines.join(', ')}\n`)
  expect(sentences.length).toBeGreaterThanOrEqual(60)
  expect(wrong).toEqual([])
  expect(sentences.filter(({ call }) => call !== undefined && !offered.has(call))).toEqual([])
})

it.each([
  ['sentences', unanswerableSentences],
  ['sentences written without the contracts', blindUnanswerable],
])('declines %s that mean no operation', async (_what, sentences) => {
  const made: string[] = []
  for (const text of sentences) {
    const call = await firstCall(text)
    if (call !== undefined) made.push(`${text}: ${call}`)
  }
  expect(sentences.length).toBeGreaterThanOrEqual(30)
  expect(made).toEqual([])
})
