import { isRecord, McpError } from '@mcp/protocol/light'
import { useQueryClient } from '@tanstack/react-query'
import type { QueryClient } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore } from 'react'

import { callOperation } from '../../data/call-operation.ts'
import { useSession } from '../../data/queries.ts'
import { stream } from '../../stream/browser-stream.ts'
import { fileKeys, useRoots } from '../queries.ts'
import { folderOf } from '../shown-name.ts'
import { entryId, readEntryId } from '../tree/tree-item.ts'
import { changeMarks } from './change-marks.ts'
import { readChange } from './read-change.ts'

/** Reasons why the changes of a root, or of the resources of a scheme, are not reported. */
export type Unfollowed = ReadonlyMap<string, string>

let unfollowed: Unfollowed = new Map()
const listeners = new Set<() => void>()

function setUnfollowed(name: string, reason: string | undefined): void {
  if (unfollowed.get(name) === reason) return
  const next = new Map(unfollowed)
  if (reason === undefined) next.delete(name)
  else next.set(name, reason)
  unfollowed = next
  for (const listener of listeners) listener()
}

/** Reasons why changes are not reported, by root. Empty if all changes are reported. */
export function useUnfollowed(): Unfollowed {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => unfollowed,
  )
}

/** Watches all roots and resources for this session, and marks changed items. */
export function useFollowChanges(): void {
  const client = useQueryClient()
  const { data: session } = useSession()
  const { data: roots } = useRoots()
  const sessionId = session?.sessionId
  const names = roots?.map(({ name }) => name).join()
  useEffect(() => recordChanges(client), [client])
  useEffect(() => {
    if (sessionId === undefined || names === undefined) return undefined
    const watchAll = () => {
      for (const name of names === '' ? [] : names.split(',')) void watchRoot(name, sessionId)
      void subscribeToResources()
    }
    watchAll()
    // A server that restarts has lost its watches.
    return stream.subscribe((entry) => {
      if (entry.source === 'session' && entry.notification.type === 'server-restarted') watchAll()
    })
  }, [sessionId, names])
}

let stopRecording: (() => void) | undefined

/** Records changes until the page is closed, so that they are also marked while another view is open. */
function recordChanges(client: QueryClient): void {
  if (stopRecording !== undefined) return
  changeMarks.onChange(({ id, change }, isOwn) => {
    // The page leaves an item that it has deleted, but only later. Until then, reading the item would fail.
    const refetchType = isOwn && change === 'deleted' ? 'none' : 'active'
    void client.invalidateQueries({ queryKey: fileKeys.item(id), refetchType })
    const entry = readEntryId(id)
    if (entry === undefined) return
    const folder = entryId(entry.root, folderOf(entry.path))
    void client.invalidateQueries({ queryKey: fileKeys.item(folder) })
  })
  stopRecording = stream.subscribe((entry) => {
    if (entry.source !== 'session') return
    const { notification } = entry
    const { type, data } = notification
    if (type === 'root-list-changed') {
      void client.invalidateQueries({ queryKey: fileKeys.roots })
    } else if (type === 'root-watch-overflow') {
      const reason = 'Too many changes at once. Some of them may not be marked.'
      setUnfollowed(String(data['root']), reason)
      void client.invalidateQueries({ queryKey: fileKeys.all })
    }
    const change = readChange(notification, Date.now())
    if (change !== undefined) changeMarks.record(change)
  })
}

/** Starts the watch of a root, and ends the watch that this browser started earlier in the session. */
async function watchRoot(root: string, sessionId: string): Promise<void> {
  const run = async () => {
    const previous = readWatch(root)
    // The stored watch is removed first: if the page is closed meanwhile, the next page must not end the same
    // watch again.
    storeWatch(root, undefined)
    // The watches of another session have ended with that session, or no longer belong to this browser.
    if (previous?.sessionId === sessionId) {
      // Fails if the server has restarted, because its watches have ended.
      await callOperation('roots', 'unwatch', { watchId: previous.watchId }).catch(() => {})
    }
    const { watchId } = await callOperation('roots', 'watch', { root })
    storeWatch(root, { sessionId, watchId })
  }
  try {
    // The tabs of a browser share one session, whose number of watches is limited. With the lock, each tab
    // ends the watch of the previous tab.
    await (navigator.locks === undefined ? run() : navigator.locks.request(keyOf(root), run))
    setUnfollowed(root, undefined)
  } catch (thrown) {
    setUnfollowed(root, McpError.from(thrown).message)
  }
}

/** Subscribing twice has no effect. */
async function subscribeToResources(): Promise<void> {
  try {
    await callOperation('resources', 'subscribe', { pattern: '**' })
    setUnfollowed('resources', undefined)
  } catch (thrown) {
    setUnfollowed('resources', McpError.from(thrown).message)
  }
}

const keyOf = (root: string) => `mcp-watch ${root}`

interface StoredWatch {
  readonly sessionId: string
  readonly watchId: string
}

function readWatch(root: string): StoredWatch | undefined {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(keyOf(root)) ?? 'null')
    if (!isRecord(stored)) return undefined
    const { sessionId, watchId } = stored
    return typeof sessionId === 'string' && typeof watchId === 'string'
      ? { sessionId, watchId }
      : undefined
  } catch {
    // A browser that blocks storage throws, and so does the text of an earlier version.
    return undefined
  }
}

function storeWatch(root: string, watch: StoredWatch | undefined): void {
  try {
    if (watch === undefined) localStorage.removeItem(keyOf(root))
    else localStorage.setItem(keyOf(root), JSON.stringify(watch))
  } catch {
    // Without storage, a reload of the page starts another watch.
  }
}
