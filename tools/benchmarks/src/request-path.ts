import { startApp, startHub } from './app-side.ts'
import type { Comparison, CompareOptions, Contestant } from './compare.ts'
import { compare } from './compare.ts'
import type { LoadBody } from './load.ts'
import { openSession } from './open-session.ts'
import { openStreams } from './open-streams.ts'
import { sendRequest } from './send-request.ts'
import type { Side } from './side.ts'
import { startSide } from './side.ts'

/** Processes that serve one kind of request. */
export interface Setup {
  readonly contestant: Contestant
  stop(): Promise<void>
}

/** A read-only request to the hub as `npm start` runs it. */
export async function setUpReadOnly(): Promise<Setup> {
  const hub = await startHub()
  return setup({ side: hub, path: `${await openSession(hub.port)}/requests` }, [hub])
}

/** A request that has an effect, so that its response is recorded. */
export const clearing: LoadBody = {
  type: 'internet-access',
  payload: { url: 'https://a.test/', operation: 'clearCache', params: {} },
}

/**
 * A request to the hub whose response is recorded. Its session first receives `recorded` responses of 4 KB. A
 * session keeps its latest 1,000 recorded responses.
 */
export async function setUpRecorded(recorded: number): Promise<Setup> {
  const hub = await startHub()
  const session = await openSession(hub.port)
  await recordResponses(hub.port, session, recorded)
  const expected = '"cleared":0'
  return setup({ side: hub, path: `${session}/requests`, body: clearing, expected }, [hub])
}

async function recordResponses(port: number, session: string, count: number): Promise<void> {
  if (count === 0) return
  const execute = (sql: string) =>
    sendRequest(port, `${session}/requests`, {
      type: 'database-operation',
      payload: { operation: 'execute', params: { sql } },
    })
  await execute('CREATE TABLE padding (text text)')
  for (let index = 0; index < count; index++) {
    await execute(`INSERT INTO padding VALUES (repeat('x', 4096)) RETURNING text`)
  }
}

/** A notification to one session with one stream, on the hub. */
export async function setUpNotification(): Promise<Setup> {
  const hub = await startHub()
  const session = await openSession(hub.port)
  await openStreams(hub.port, [`${session}/events`])
  const body = { type: 'benchmark-note', data: { a: 2, b: 3 } }
  const path = `${session}/notifications`
  return setup({ side: hub, path, body, expected: '"accepted"', status: 202 }, [hub])
}

/** A read-only request to a bare session manager with stores in memory, which no app starts. */
export async function setUpLibrary(): Promise<Setup> {
  const side = await startSide('session-manager')
  return setup({ side, path: `${await openSession(side.port)}/requests` }, [side])
}

/** A read-only request to the app of the session manager, with the app of the tools server behind it. */
export async function setUpTwoProcesses(): Promise<Setup> {
  const tools = await startApp('tools-server', { portVariable: 'TOOLS_SERVER_PORT' })
  const side = await startApp('session-manager', {
    portVariable: 'SESSION_MANAGER_PORT',
    environment: {
      TOOLS_SERVER_URL: `http://127.0.0.1:${tools.port}`,
      // The other servers are not started.
      LOG_LEVEL: 'error',
    },
  })
  return setup({ side, path: `${await openSession(side.port)}/requests` }, [side, tools])
}

/** The floor of one process: an echo. */
export async function setUpEcho(): Promise<Setup> {
  const echo = await startSide('raw-echo')
  return setup({ side: echo, path: '/' }, [echo])
}

/** The floor of two processes: a proxy in front of an echo. */
export async function setUpProxy(): Promise<Setup> {
  const echo = await startSide('raw-echo')
  const proxy = await startSide('raw-proxy', [String(echo.port)])
  return setup({ side: proxy, path: '/' }, [proxy, echo])
}

/** Combines the program that is loaded with all programs that are stopped at the end. */
export function setup(contestant: Contestant, sides: readonly Side[]): Setup {
  return {
    contestant,
    async stop() {
      await Promise.all(sides.map((side) => side.stop()))
    },
  }
}

/** Measures one setup against its floor. */
export async function compareSetups(
  setUpOurs: () => Promise<Setup>,
  setUpFloor: () => Promise<Setup>,
  options: CompareOptions,
): Promise<Comparison> {
  const ours = await setUpOurs()
  const floor = await setUpFloor()
  try {
    return await compare(ours.contestant, floor.contestant, options)
  } finally {
    await Promise.all([ours.stop(), floor.stop()])
  }
}
