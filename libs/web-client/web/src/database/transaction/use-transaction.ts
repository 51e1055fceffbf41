import { isRecord } from '@mcp/protocol/light'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'

import { useNow } from '../../elements/use-now.ts'
import { useStreamEntries } from '../../stream/use-stream.ts'
import { callOperation } from '../../data/call-operation.ts'
import type { DatabaseInfo } from '../queries.ts'

/** A transaction that this tab of the browser has begun. */
export interface OpenTransaction {
  readonly transactionId: string
  readonly database: string
  readonly expiresAt: number
}

const key = 'mcp-database-transaction'
const timeoutMs = 300_000

/** The open transaction, which survives a reload of the page. */
export function useTransaction() {
  const [open, setOpen] = useState<OpenTransaction | undefined>(readStored)
  const [notice, setNotice] = useState('')
  const change = (next: OpenTransaction | undefined, text = '') => {
    setOpen(next)
    setNotice(text)
    store(next)
  }
  const now = useNow({ isActive: open !== undefined })
  const isExpired = open !== undefined && open.expiresAt <= now

  useStreamEntries((entry) => {
    if (entry.source !== 'session') return
    const { type, data } = entry.notification
    const isOwn = data['transactionId'] === open?.transactionId
    if (type === 'database-transaction-expired' && open !== undefined && isOwn) {
      change(undefined, 'The transaction expired and was rolled back.')
    }
  })

  const begin = useMutation({
    mutationFn: async ({ name, mode }: DatabaseInfo) => {
      const access = mode === 'read-only' ? 'read-only' : 'read-write'
      const { transactionId, expiresAt } = await callOperation('database', 'begin', {
        database: name,
        access,
        timeoutMs,
      })
      change({ transactionId, database: name, expiresAt: Date.parse(expiresAt) })
    },
  })
  const end = useMutation({
    mutationFn: async (how: 'commit' | 'rollback') => {
      if (open === undefined) return
      const { database, transactionId } = open
      await callOperation('database', how, { database, transactionId })
      change(undefined, how === 'commit' ? 'Committed.' : 'Rolled back.')
    },
  })
  return {
    open,
    /** The end of the last transaction. */
    notice,
    isExpired,
    now,
    begin,
    end,
    dismiss: () => {
      end.reset()
      change(undefined)
    },
  }
}

function readStored(): OpenTransaction | undefined {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(key) ?? 'null')
    if (!isRecord(value)) return undefined
    const { transactionId, database, expiresAt } = value
    const isValid =
      typeof transactionId === 'string' &&
      typeof database === 'string' &&
      typeof expiresAt === 'number' &&
      expiresAt > Date.now()
    return isValid ? { transactionId, database, expiresAt } : undefined
  } catch {
    // A browser that blocks storage throws.
    return undefined
  }
}

function store(next: OpenTransaction | undefined): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(next ?? null))
  } catch {
    // Without storage, a reload of the page loses the transaction, which then expires.
  }
}
