import type { SessionNotification } from '@mcp/client'
import { createClient, toolTypes } from '@mcp/client'
import { McpError } from '@mcp/protocol'
import type { calculator } from '@mcp/server-tools'

import { drill } from './drill.ts'

/** What every runtime must see, exactly. */
export const expectedFacts = {
  sum: 5,
  unknownTool: 'not-found',
  counted: 3,
  progress: [1, 2, 3],
  chunks: ['number 1', 'number 2', 'number 3'],
  runsOfWhatWasCut: 1,
  reconnects: true,
  heard: ['drill-counted', 'before-the-cut', 'after-the-cut'],
  heardAfterResuming: ['while-nobody-listened', 'session-closed'],
  afterClosing: 'session-not-found',
}

/**
 * Uses the client as a program would, on whatever runtime this is: calls, progress, notifications,
 * a connection that breaks under a call and a stream, a stream resumed later, the end.
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
  const heard = [typeOf(await first)]

  await session.publish('before-the-cut')
  heard.push(typeOf(await notifications.next()))
  const { runs } = await session.drill.cut()
  await session.publish('after-the-cut')
  const last = await notifications.next()
  heard.push(typeOf(last))
  await notifications.return?.()

  await session.publish('while-nobody-listened')
  const lastEventId = last.done === true ? undefined : last.value.position
  const resumed = session.notifications({ lastEventId })
  const heardAfterResuming = [typeOf(await resumed.next())]
  const ending = resumed.next()
  await session.close()
  heardAfterResuming.push(typeOf(await ending))
  const afterClosing = await codeOf(session.request('tool-execution', { tool: 'tools' }))

  return {
    sum,
    unknownTool,
    counted,
    progress,
    chunks,
    runsOfWhatWasCut: runs,
    reconnects: reconnects > 0,
    heard,
    heardAfterResuming,
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
