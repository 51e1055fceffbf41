import { isRecord } from '@mcp/protocol/light'

import type { Arguments } from './operation-call.ts'

/** A call that the user made, for the history of the console. */
export interface RecentCall {
  /** Full name of the operation. */
  readonly name: string
  readonly args: Arguments
  readonly at: string
  readonly status: 'success' | 'error' | 'cancelled'
  readonly durationMs: number
}

/** The part of `Storage` that this module uses. */
export type TextStorage = Pick<Storage, 'getItem' | 'setItem'>

const historyKey = 'mcp-console-history'
const favouritesKey = 'mcp-console-favourites'
const maxCalls = 50
/** A call with larger arguments is not remembered, so that the storage of the browser does not fill up. */
const maxArgumentsLength = 20_000

/** Returns the last calls, the newest first. */
export function readRecentCalls(storage: TextStorage): RecentCall[] {
  return readList(storage, historyKey).filter(isRecentCall)
}

/** Remembers a call. The same call, made again, moves to the start. */
export function rememberCall(storage: TextStorage, call: RecentCall): RecentCall[] {
  const text = JSON.stringify(call.args)
  if (text.length > maxArgumentsLength) return readRecentCalls(storage)
  const others = readRecentCalls(storage).filter(
    ({ name, args }) => name !== call.name || JSON.stringify(args) !== text,
  )
  const calls = [call, ...others].slice(0, maxCalls)
  write(storage, historyKey, calls)
  return calls
}

/** Returns the names of the favourite operations. */
export function readFavourites(storage: TextStorage): string[] {
  return readList(storage, favouritesKey).filter((name) => typeof name === 'string')
}

/** Adds an operation to the favourites, or removes it. */
export function toggleFavourite(storage: TextStorage, name: string): string[] {
  const names = readFavourites(storage)
  const changed = names.includes(name) ? names.filter((each) => each !== name) : [...names, name]
  write(storage, favouritesKey, changed)
  return changed
}

function readList(storage: TextStorage, key: string): unknown[] {
  try {
    const value: unknown = JSON.parse(storage.getItem(key) ?? '[]')
    return Array.isArray(value) ? value : []
  } catch {
    // A browser that blocks storage throws, and another program may have written other text.
    return []
  }
}

function write(storage: TextStorage, key: string, value: unknown): void {
  try {
    storage.setItem(key, JSON.stringify(value))
  } catch {
    // Without storage, the list is lost when the page is reloaded.
  }
}

const statuses = new Set<unknown>(['success', 'error', 'cancelled'])

function isRecentCall(value: unknown): value is RecentCall {
  return (
    isRecord(value) &&
    typeof value['name'] === 'string' &&
    typeof value['at'] === 'string' &&
    typeof value['durationMs'] === 'number' &&
    isRecord(value['args']) &&
    statuses.has(value['status'])
  )
}
