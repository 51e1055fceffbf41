import type { Comparison } from './compare.ts'
import type { FanOutFigures } from './fan-out.ts'
import type { Row } from './report.ts'
import type { SessionFigures } from './sessions.ts'
import type { StartFigures, StartForm } from './start-time.ts'

const goals = {
  inProcessThroughput: 0.8,
  inProcessCpu: 1.25,
  twoProcessThroughput: 0.9,
  streamBytes: 13 * 1024,
  deliveryCpu: 1.1,
  stalledBytes: 0.5 * 1024 * 1024,
  sessionBytes: 2 * 1024,
  start: 2.5,
  idleBytes: 85 * 1024 * 1024,
} as const

export function inProcessRows(comparison: Comparison): Row[] {
  const { throughputRatio, cpuRatio, ours, floor } = comparison
  return [
    {
      what: 'a request, tools server in process: throughput',
      goal: `≥ ${goals.inProcessThroughput} × raw echo`,
      measured: times(throughputRatio),
      isMet: throughputRatio >= goals.inProcessThroughput,
      figures: `${perSecond(ours.requestsPerSecond)} against ${perSecond(floor.requestsPerSecond)}`,
    },
    {
      what: 'its CPU',
      goal: `≤ ${goals.inProcessCpu} × raw echo`,
      measured: times(cpuRatio),
      isMet: cpuRatio <= goals.inProcessCpu,
      figures: `${us(ours.cpuUsPerRequest)} against ${us(floor.cpuUsPerRequest)}`,
    },
  ]
}

export function twoProcessRows({ throughputRatio, ours, floor }: Comparison): Row[] {
  return [
    {
      what: 'a request, tools server in another process: throughput',
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
    goal: `≤ ${kib(goals.stalledBytes)} more, then closed`,
    measured: kib(bytes),
    isMet: bytes <= goals.stalledBytes,
    figures: 'heap and buffers after 20,000 events',
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
  const from = form === 'bundle' ? 'built' : 'from sources, as `npm start` does'
  return [
    {
      what: `start of the hub to its first response, ${from}`,
      goal: `≤ ${goals.start} × bare \`node:http\``,
      measured: times(ratio),
      isMet: ratio <= goals.start,
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

const times = (ratio: number): string => `${ratio.toFixed(2)} ×`
const us = (value: number): string => `${value.toFixed(1)} µs`
const kib = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KiB`
const mib = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(0)} MiB`
const perSecond = (value: number): string => `${count(Math.round(value))} requests/s`
const count = (value: number): string => value.toLocaleString('en-US')
