import { readFileSync } from 'node:fs'

import type { RunningApp } from '../running-app.ts'

/** Memory of a process that is in RAM, in bytes, as Linux reports it. */
export const residentBytes = (app: RunningApp): number => readStatus(app, 'VmRSS')

/** The most that {@link residentBytes} has been since the process started. */
export const peakResidentBytes = (app: RunningApp): number => readStatus(app, 'VmHWM')

function readStatus({ process: { pid } }: RunningApp, field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const [, kilobytes] = new RegExp(`${field}:\\s+(\\d+)`).exec(status) ?? []
  return Number(kilobytes) * 1024
}
