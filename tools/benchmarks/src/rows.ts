import type { Comparison } from './compare.ts'
import type { FanOutFigures } from './fan-out.ts'
import { count, kib, mib, perSecond, times, us } from './format.ts'
import type { Growth } from './growth.ts'
import type { CallFigures } from './mcp/call-time.ts'
import type { Gateway } from './mcp/gateways.ts'
import type { Era, Peer } from './mcp/mcp-path.ts'
import type { Row } from './report.ts'
import type { SessionFigures } from './sessions.ts'
import type { StartFigures, StartForm } from './start-time.ts'

const goals = {
  readOnly: { throughput: 0.75, cpu: 1.35 },
  recorded: { throughput: 0.35 },
  notification: 0.4,
  twoProcessThroughput: 0.85,
  mcp: { throughput: 0.7 },
  call: 0.25,
  streamBytes: 13 * 1024,
  deliveryCpu: 1,
  stalledBytes: 128 * 1024,
  sessionBytes: 2 * 1024,
  start: { bundle: 2, sources: 3.5 },
  idleBytes: 85 * 1024 * 1024,
} as const

export const readOnlyRows = (comparison: Comparison): Row[] =>
  requestRows('a read-only request to the hub', comparison, goals.readOnly)

export const recordedRows = (recorded: number, comparison: Comparison): Row[] =>
  requestRows(
    `a recorded request to the hub, in a session with ${count(recorded)} responses of 4 KB`,
    comparison,
    goals.recorded,
  )

export const notificationRows = (comparison: Comparison): Row[] =>
  requestRows('a notification to one session with one stream, on the hub', comparison, {
    throughput: goals.notification,
  })

export const libraryRows = (comparison: Comparison): Row[] =>
  requestRows('a read-only request to the bare library, stores in memory', comparison, {})

const eras: Readonly<Record<Era, string>> = {
  legacy: 'up to 2025-11-25',
  modern: 'since 2026-07-28',
}

export const mcpRows = (era: Era, comparison: Comparison): Row[] =>
  requestRows(
    `\`tools/call\` of MCP clients ${eras[era]}, on the hub`,
    comparison,
    goals.mcp,
    'hand-written server',
  )

/** The row on another server for MCP clients. */
export function peerRow({ title, era, goal }: Peer, comparison: Comparison): Row {
  const { throughputRatio, cpuRatio, ours, floor } = comparison
  return {
    what: `\`tools/call\` of MCP clients ${eras[era]}, on the hub`,
    goal: goal === undefined ? 'none' : `≥ ${goal} × ${title}`,
    measured: `${times(throughputRatio)} ${title}`,
    isMet: goal === undefined || throughputRatio >= goal,
    figures: `${perSecond(ours.requestsPerSecond)} against ${perSecond(floor.requestsPerSecond)}; ${times(cpuRatio)} its CPU`,
  }
}

/** The row on a gateway in front of the same server. */
export function gatewayRow({ title, goal }: Gateway, comparison: Comparison): Row {
  const { throughputRatio, cpuRatio, ours, floor } = comparison
  return {
    what: 'relayed `tools/call` per CPU time, on the hub in front of a server over stdio',
    goal: `≥ ${goal} × ${title}`,
    measured: `${times(1 / cpuRatio)} ${title}`,
    isMet: 1 / cpuRatio >= goal,
    figures: `${us(ours.cpuUsPerRequest)} against ${us(floor.cpuUsPerRequest)}; ${times(throughputRatio)} its throughput`,
  }
}

/** The row on one call from the command line. */
export function callRow({ ratio, oursMs, inspectorMs }: CallFigures): Row {
  return {
    what: 'wall time of `mcp call` for one call of a tool of a running hub',
    goal: `≤ ${goals.call} × \`mcp-inspector --cli\``,
    measured: times(ratio),
    isMet: ratio <= goals.call,
    figures: `${oursMs.toFixed(0)} ms against ${inspectorMs.toFixed(0)} ms`,
  }
}

export interface RequestGoals {
  readonly throughput?: number
  readonly cpu?: number
}

export function requestRows(
  what: string,
  comparison: Comparison,
  goal: RequestGoals,
  floorName = 'raw echo',
): Row[] {
  const { throughputRatio, cpuRatio, ours, floor } = comparison
  const { throughput, cpu } = goal
  return [
    {
      what: `${what}: throughput`,
      goal: throughput === undefined ? 'none' : `≥ ${throughput} × ${floorName}`,
      measured: times(throughputRatio),
      isMet: throughput === undefined || throughputRatio >= throughput,
      figures: `${perSecond(ours.requestsPerSecond)} against ${perSecond(floor.requestsPerSecond)}`,
    },
    {
      what: 'its CPU',
      goal: cpu === undefined ? 'none' : `≤ ${cpu} × ${floorName}`,
      measured: times(cpuRatio),
      isMet: cpu === undefined || cpuRatio <= cpu,
      figures: `${us(ours.cpuUsPerRequest)} against ${us(floor.cpuUsPerRequest)}`,
    },
  ]
}

export function twoProcessRows({ throughputRatio, ours, floor }: Comparison): Row[] {
  return [
    {
      what: 'a request, apps of session manager and tools server: throughput',
      goal: `≥ ${goals.twoProcessThroughput} × raw proxy`,
      measured: times(throughputRatio),
      isMet: throughputRatio >= goals.twoProcessThroughput,
      figures: `${perSecond(ours.requestsPerSecond)} against ${perSecond(floor.requestsPerSecond)}`,
    },
  ]
}

export function fanOutRows(figures: FanOutFigures): Row[] {
  return [
    {
      what: `an idle event stream, ${count(figures.streams)} open`,
      goal: `≤ ${kib(goals.streamBytes)}`,
      measured: kib(figures.oursBytesPerStream),
      isMet: figures.oursBytesPerStream <= goals.streamBytes,
      figures: `raw connection ${kib(figures.floorBytesPerStream)}`,
    },
    {
      what: `a notification to ${count(figures.streams)} streams, CPU a delivery`,
      goal: `≤ ${goals.deliveryCpu} × \`response.write\``,
      measured: times(figures.cpuRatio),
      isMet: figures.cpuRatio <= goals.deliveryCpu,
      figures: `${us(figures.oursCpuUs)} against ${us(figures.floorCpuUs)}`,
    },
  ]
}

export function stalledReaderRow(bytes: number): Row {
  return {
    what: 'a reader that stopped reading',
    goal: `≤ ${kib(goals.stalledBytes)} more, closed after 30 s`,
    measured: kib(bytes),
    isMet: bytes <= goals.stalledBytes,
    figures: 'heap and buffers after 20,000 events, each of 20 readers',
  }
}

export function sessionRows(all: readonly SessionFigures[]): Row[] {
  const minimum = Math.min(...all.map(({ sweepUs }) => sweepUs))
  return all.map(({ sessions, bytesPerSession, sweepUs }) => ({
    what: `an idle session, ${count(sessions)} live`,
    goal: `≤ ${kib(goals.sessionBytes)}; a sweep costs the same however many live`,
    measured: `${kib(bytesPerSession)}; ${us(sweepUs)} a sweep`,
    // A sweep takes a few microseconds. If it scanned a million sessions, it would take tens of
    // milliseconds.
    isMet: bytesPerSession <= goals.sessionBytes && sweepUs <= Math.max(10 * minimum, 200),
    figures: 'CPU of a sweep in which nothing expires',
  }))
}

export function startRows(form: StartForm, figures: StartFigures): Row[] {
  const { ratio, oursMs, floorMs, idleRssBytes } = figures
  const from = form === 'bundle' ? 'as `npm start` does' : 'from its sources, without the bundle'
  return [
    {
      what: `start of the hub to its first response, ${from}`,
      goal: `≤ ${goals.start[form]} × bare \`node:http\``,
      measured: times(ratio),
      isMet: ratio <= goals.start[form],
      figures: `${oursMs.toFixed(0)} ms against ${floorMs.toFixed(0)} ms`,
    },
    {
      what: `memory of the idle hub, ${from}`,
      goal: `≤ ${mib(goals.idleBytes)}`,
      measured: mib(idleRssBytes),
      isMet: idleRssBytes <= goals.idleBytes,
      figures: 'resident, one second after the first response',
    },
  ]
}

export const growthRow = ({ what, costs, exponent, maxExponent }: Growth): Row => ({
  what,
  goal: `grows with a power of at most ${maxExponent}`,
  measured: exponent.toFixed(2),
  isMet: exponent <= maxExponent,
  figures: costs.map(([number, cpuUs]) => `${count(number)}: ${us(cpuUs)}`).join('; '),
})

/** The row of a benchmark that could not be measured. */
export const failedRow = (name: string, reason: string): Row => ({
  what: name,
  goal: 'measured',
  measured: 'not measured',
  isMet: false,
  figures: reason.replaceAll(/\s*\n\s*/g, ' '),
})

/** The row of a benchmark that needs a program which is not installed. */
export const skippedRow = (name: string, reason: string): Row => ({
  what: name,
  goal: 'none',
  measured: 'skipped',
  isMet: true,
  figures: reason,
})
