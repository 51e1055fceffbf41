import type { DirectCall, DirectProblem } from '@mcp/direct-forms'
import { parseDirectForm } from '@mcp/direct-forms'
import type { CatalogueOperation } from '@mcp/llm'
import { createRequest } from '@mcp/protocol'
import { afterAll, describe, expect, it } from 'vitest'

import { directForms } from './fixtures/direct-forms.ts'
import { openExampleHub, openExampleSite } from './fixtures/example-hub.ts'

const site = await openExampleSite()
const hub = await openExampleHub(site)
afterAll(async () => {
  await hub.close()
  await site.close()
})

const { sessionManager } = hub.services
const { sessionId } = await sessionManager.openSession()
const catalogue: CatalogueOperation[] = hub.dispatcher
  .descriptions()
  .flatMap(({ name, operations }) =>
    operations.map((operation) => ({ ...operation, server: name })),
  )
const files = new Set(['notes', 'notes/todo.md', 'notes/ideas.md', 'greeting.txt', 'log.txt'])
const parse = (text: string) =>
  parseDirectForm(text, { catalogue, exists: (path) => files.has(path) })

function isCall(form: DirectCall | DirectProblem | undefined): form is DirectCall {
  return form !== undefined && 'type' in form
}

it('lists at least 60 direct forms', () => {
  expect(directForms.length).toBeGreaterThanOrEqual(60)
})

describe('each direct form runs as it was typed', () => {
  it.each(directForms)('$text', async ({ text, call, payload: expected }) => {
    const atSite = <T>(value: T): T =>
      JSON.parse(JSON.stringify(value).replaceAll('SITE', site.host))
    const form = parse(atSite(text))
    if (!isCall(form)) throw new Error(`No direct form: ${JSON.stringify(form)}`)
    const { type, server, operation, payload } = form
    expect(`${server}.${operation}`).toBe(call)
    expect(payload).toEqual({ operation, ...atSite(expected) })
    const response = await sessionManager.handle(sessionId, createRequest(type, payload))
    expect(response).not.toHaveProperty('error')
    expect(response).toMatchObject({ status: 'success' })
  })
})
