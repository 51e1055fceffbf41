import { chooseDirectProvider } from '@mcp/direct-forms'
import type { AgentRequest, CatalogueOperation } from '@mcp/llm'
import { runAgent } from '@mcp/llm'
import { createOfflinePlanner } from '@mcp/offline-planner'
import { createResponse } from '@mcp/protocol'
import { afterAll, expect, it } from 'vitest'

import { createHub } from './create-hub.ts'
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

/** Returns the operation that a prompt calls first, or undefined if it is declined. */
async function firstCall(prompt: string): Promise<string | undefined> {
  const requests: AgentRequest[] = []
  await runAgent({
    ...chooseDirectProvider(prompt, { provider: planner, catalogue }),
    prompt,
    call(request) {
      requests.push(request)
      return createResponse('req', 'success', { result: null })
    },
    // Whether the call needs approval makes no difference to what was chosen.
    approvals: { policy: 'never', grants: [] },
  })
  const [first] = requests
  return first && `${servers.get(first.type)}.${String(first.payload['operation'])}`
}

it('makes no wrong call for an everyday sentence, and prints the score by server', async () => {
  const scores = new Map<string, { right: number; all: number }>()
  const wrong: string[] = []
  for (const { server, text, call } of everydaySentences) {
    const score = scores.get(server) ?? { right: 0, all: 0 }
    const made = await firstCall(text)
    score.all++
    if (made === call) score.right++
    else if (made !== undefined) wrong.push(`${text}: ${made} instead of ${call}`)
    scores.set(server, score)
  }
  const lines = Array.from(scores, ([server, { right, all }]) => `${server} ${right}/${all}`)
  process.stdout.write(`everyday sentences: ${lines.join(', ')}\n`)
  expect(everydaySentences.length).toBeGreaterThanOrEqual(60)
  expect(wrong).toEqual([])
  const offered = new Set(catalogue.map(({ server, operation }) => `${server}.${operation}`))
  const unknown = everydaySentences.filter(({ call = '' }) => !offered.has(call))
  expect(unknown).toEqual([])
})

it('declines sentences that mean no operation', async () => {
  const made: string[] = []
  for (const text of unanswerableSentences) {
    const call = await firstCall(text)
    if (call !== undefined) made.push(`${text}: ${call}`)
  }
  expect(unanswerableSentences.length).toBeGreaterThanOrEqual(30)
  expect(made).toEqual([])
})
