import type { SessionNotification } from '@mcp/client'
import { createClient, toolTypes } from '@mcp/client'
import { McpError } from '@mcp/protocol'
import type { calculator } from '@mcp/server-tools'

import { drill } from './drill.ts'

/** The results that every runtime must return, exactly. */
export const expectedFacts = {
  sum: 5,
  unknownTool: 'not-found',
  counted: 3,
  progress: [1, 2, 3],
  chunks: ['number 1', 'number 2', 'number 3'],
  runsOfCutCall: 1,
  reconnects: true,
  received: ['drill-counted', 'before-the-cut', 'after-the-cut'],
  receivedAfterResuming: ['while-no-stream-was-open', 'session-closed'],
  afterClosing: 'session-not-found',
}

/**
 * Uses the client as a program does, on any runtime: makes calls, receives progress and notifications, breaks
 * the connection during a call and a stream, resumes a stream later, and closes the session.
 */
export async function checkClient(url: string): Promise<typeof expectedFacts> {
  const client = createClient({
    url,
    contracts: [drill],
    tools: toolTypes<{ calculator: typeof calculator }>(),
  })
  const session = await client.connect({ clientId: 'interop' })
  const sum: number = await session.tools.execute({
    tool: 'calculator',
    operation: 'add',
    params: { a: 2, b: 3 },
  })
  const unknownTool = await codeOf(session.request('tool-execution', { tool: 'calculater' }))

  let reconnects = 0
  const opened = createGate()
  const notifications = session.notifications({
    onOpen: opened.open,
    onReconnect: () => reconnects++,
  })
  const first = notifications.next()
  await opened.passed
  const progress: number[] = []
  const chunks: string[] = []
  const { counted } = await session.drill.count(
    { to: 3 },
    {
      onProgress: (each) => progress.push(each.progress),
      onChunk: ({ word }) => chunks.push(word),
    },
  )
  const received = [typeOf(await first)]

  await session.publish('before-the-cut')
  received.push(typeOf(await notifications.next()))
  const { runs } = await session.drill.cut()
  await session.publish('after-the-cut')
  const last = await notifications.next()
  received.push(typeOf(last))
  await notifications.return?.()

  await session.publish('while-no-stream-was-open')
  const lastEventId = last.done === true ? undefined : last.value.position
  const resumed = session.notifications({ lastEventId })
  const receivedAfterResuming = [typeOf(await resumed.next())]
  const ending = resumed.next()
  await session.close()
  receivedAfterResuming.push(typeOf(await ending))
  const afterClosing = await codeOf(session.request('tool-execution', { tool: 'tools' }))

  return {
    sum,
    unknownTool,
    counted,
    progress,
    chunks,
    runsOfCutCall: runs,
    reconnects: reconnects > 0,
    received,
    receivedAfterResuming,
    afterClosing,
  }
}

function typeOf(result: IteratorResult<SessionNotification, void>): string {
  return result.done === true ? 'the end' : result.value.type
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call
    return 'success'
  } catch (thrown) {
    return McpError.is(thrown) ? thrown.code : String(thrown)
  }
}

function createGate() {
  let open = (): void => {}
  const passed = new Promise<void>((resolve) => {
    open = resolve
  })
  return { passed, open: () => open() }
}
