import type { Comparison, CompareOptions } from './compare.ts'
import { compare } from './compare.ts'
import { openSession } from './open-session.ts'
import { startSide } from './side.ts'

/** Compares requests through a session manager and a tools server in one process with a raw echo. */
export async function compareInProcess(options: CompareOptions): Promise<Comparison> {
  const ours = await startSide('session-manager')
  const floor = await startSide('raw-echo')
  try {
    const path = `${await openSession(ours.port)}/requests`
    return await compare({ side: ours, path }, { side: floor, path: '/' }, options)
  } finally {
    await Promise.all([ours.stop(), floor.stop()])
  }
}

/** Compares requests to a tools server in another process with a raw proxy in front of the raw echo. */
export async function compareTwoProcesses(options: CompareOptions): Promise<Comparison> {
  const tools = await startSide('tools-server')
  const ours = await startSide('session-manager', [String(tools.port)])
  const echo = await startSide('raw-echo')
  const floor = await startSide('raw-proxy', [String(echo.port)])
  try {
    const path = `${await openSession(ours.port)}/requests`
    return await compare({ side: ours, path }, { side: floor, path: '/' }, options)
  } finally {
    await Promise.all([tools, ours, echo, floor].map((side) => side.stop()))
  }
}
