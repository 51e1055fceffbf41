import { McpError } from '@mcp/protocol/light'
import { useEffect, useRef, useState } from 'react'

import type { Grid } from '../../results/shape-of.ts'
import type { OperationResult } from '../../data/call-operation.ts'
import { callOperation } from '../../data/call-operation.ts'
import type { LocatedStatement } from './statement-at.ts'
import type { StatementParams } from './read-params.ts'

/** A statement with its database, its parameters and its transaction. */
export interface StatementRequest extends LocatedStatement {
  readonly database: string
  readonly params: StatementParams
  readonly transactionId?: string | undefined
}

/** Effect of a statement, as the server classifies it. */
export type StatementKind = NonNullable<OperationResult<'database', 'validateSql'>['kind']>

/** Rows of a query that are loaded so far. */
export interface LoadedRows {
  readonly grid: Grid
  readonly nextCursor: string | undefined
  readonly isLoading: boolean
}

interface RowsState extends LoadedRows {
  readonly status: 'rows'
  readonly request: StatementRequest
  readonly durationMs: number
}

export type StatementState =
  | { readonly status: 'idle' }
  | { readonly status: 'running' }
  | { readonly status: 'asking'; readonly request: StatementRequest; readonly kind: StatementKind }
  | RowsState
  | {
      readonly status: 'changed'
      readonly affectedRows: number
      readonly grid: Grid | undefined
      readonly durationMs: number
    }
  | { readonly status: 'plan'; readonly plan: unknown; readonly durationMs: number }
  | { readonly status: 'error'; readonly error: McpError; readonly at: number | undefined }
  | { readonly status: 'cancelled' }

/** End of a statement, for the history. */
export interface StatementEnd {
  readonly sql: string
  readonly durationMs: number
  readonly text: string
  readonly isError?: boolean
}

/** Maximum number of rows that a grid loads. An export has no limit. */
export const maxGridRows = 100_000

const firstPage = { maxRows: 500, maxBytes: 2 * 1024 * 1024 }
export const furtherPages = { maxRows: 10_000, maxBytes: 2 * 1024 * 1024 }
const timeoutMs = 600_000

/** Runs one statement at a time. Leaving the view cancels it. */
export function useStatement(onEnd: (end: StatementEnd) => void) {
  const [state, setState] = useState<StatementState>({ status: 'idle' })
  const current = useRef<AbortController>(undefined)
  useEffect(() => () => current.current?.abort(), [])

  /** Runs a step, and shows the state that it returns, unless another step has begun. */
  const step = async (work: (signal: AbortSignal) => Promise<StatementState>, sql: string) => {
    current.current?.abort()
    const controller = new AbortController()
    current.current = controller
    setState({ status: 'running' })
    const startedAt = performance.now()
    const next = await work(controller.signal).catch((thrown: unknown): StatementState => {
      if (controller.signal.aborted) return { status: 'cancelled' }
      return { status: 'error', error: McpError.from(thrown), at: undefined }
    })
    if (current.current !== controller) return
    setState(next)
    const text = describeEnd(next)
    if (text === undefined) return
    // The result shows the duration that the server has measured. The history shows the same.
    const durationMs = 'durationMs' in next ? next.durationMs : performance.now() - startedAt
    onEnd({ sql, durationMs, text, ...(next.status === 'error' && { isError: true }) })
  }

  return {
    state,
    /** Runs a statement that only reads. Any other statement waits for `confirm`. */
    run: (request: StatementRequest) =>
      step(async (signal) => {
        if (request.transactionId !== undefined) return queryFirst(request, signal)
        const { database, sql, from } = request
        const { valid, kind, problem } = await callOperation(
          'database',
          'validateSql',
          { database, sql },
          { signal },
        )
        if (!valid) {
          const error = new McpError('invalid-params', problem?.message ?? 'Invalid SQL.')
          const at = problem?.position
          return { status: 'error', error, at: at === undefined ? from : from + at - 1 }
        }
        if (kind !== 'read') return { status: 'asking', request, kind: kind ?? 'admin' }
        return query(request, signal)
      }, request.sql),
    /** Runs the statement that waits. */
    confirm: (request: StatementRequest) => step((signal) => execute(request, signal), request.sql),
    explain: (request: StatementRequest, analyze: boolean) =>
      step(async (signal) => {
        const { database, sql, params } = request
        const shared = { database, sql, params, analyze, timeoutMs }
        return {
          status: 'plan',
          ...(await callOperation('database', 'explain', shared, { signal })),
        }
      }, `EXPLAIN ${request.sql}`),
    /** Loads further rows: one page, or all up to the limit. */
    loadMore: async (isAll: boolean) => {
      if (state.status !== 'rows' || state.isLoading || state.nextCursor === undefined) return
      const controller =
        current.current?.signal.aborted === false ? current.current : new AbortController()
      current.current = controller
      const isCurrent = () => current.current === controller
      const show = (next: RowsState) => {
        if (isCurrent()) setState(next)
        return next
      }
      const load = async (shown: RowsState): Promise<RowsState> => {
        const next = show({ ...shown, ...(await nextPage(shown, controller.signal)) })
        return isAll && canLoad(next) && isCurrent() ? load(next) : next
      }
      const first = show({ ...state, isLoading: true })
      try {
        show({ ...(await load(first)), isLoading: false })
      } catch (thrown) {
        if (!isCurrent()) return
        // The rows that are loaded stay after a cancellation.
        setState((before) =>
          controller.signal.aborted && before.status === 'rows'
            ? { ...before, isLoading: false }
            : { status: 'error', error: McpError.from(thrown), at: undefined },
        )
      }
    },
    /** Cancels the running step. The loaded rows stay. */
    cancel: () => current.current?.abort(),
    dismiss: () => setState({ status: 'cancelled' }),
  }
}

/** Whether further rows exist, and the grid has room for them. */
export function canLoad({ nextCursor, grid }: Pick<LoadedRows, 'nextCursor' | 'grid'>): boolean {
  return nextCursor !== undefined && grid.rows.length < maxGridRows
}

/**
 * Runs a statement of a transaction as a query. The server refuses the query if it does more than read. The
 * statement is not validated first, because an engine with one connection, such as PGlite, would validate it
 * only after the transaction.
 */
async function queryFirst(request: StatementRequest, signal: AbortSignal): Promise<StatementState> {
  try {
    return await query(request, signal)
  } catch (thrown) {
    if (McpError.from(thrown).code === 'forbidden')
      return { status: 'asking', request, kind: 'data' }
    throw thrown
  }
}

async function query(request: StatementRequest, signal: AbortSignal): Promise<StatementState> {
  const { columns, rows, nextCursor, durationMs } = await startQuery(request, firstPage, signal)
  const grid = { columns, rows: rows.map(valuesOf) }
  return { status: 'rows', request, durationMs, grid, nextCursor, isLoading: false }
}

/** Starts a query and returns its first page. */
export function startQuery(
  { database, sql, params, transactionId }: StatementRequest,
  limits: typeof firstPage,
  signal: AbortSignal,
): Promise<OperationResult<'database', 'query'>> {
  const shared = { database, sql, params, ...limits, timeoutMs, rowFormat: 'array' } as const
  return callOperation(
    'database',
    'query',
    { ...shared, ...(transactionId !== undefined && { transactionId }) },
    { signal },
  )
}

async function nextPage(
  { request, grid, nextCursor = '' }: LoadedRows & { readonly request: StatementRequest },
  signal: AbortSignal,
): Promise<Pick<LoadedRows, 'grid' | 'nextCursor'>> {
  const { database } = request
  const maxRows = Math.min(furtherPages.maxRows, maxGridRows - grid.rows.length)
  const params = { database, cursor: nextCursor, ...furtherPages, maxRows, timeoutMs }
  const page = await callOperation('database', 'fetchPage', params, { signal })
  return {
    grid: { columns: grid.columns, rows: [...grid.rows, ...page.rows.map(valuesOf)] },
    nextCursor: page.nextCursor,
  }
}

async function execute(request: StatementRequest, signal: AbortSignal): Promise<StatementState> {
  const { database, sql, params, transactionId } = request
  const shared = { database, sql, params, ...furtherPages, timeoutMs, rowFormat: 'array' } as const
  const result = await callOperation(
    'database',
    'execute',
    { ...shared, ...(transactionId !== undefined && { transactionId }) },
    { signal },
  )
  const { affectedRows, columns, rows, durationMs } = result
  const grid =
    columns === undefined || rows === undefined ? undefined : { columns, rows: rows.map(valuesOf) }
  return { status: 'changed', affectedRows, grid, durationMs }
}

/** Returns the values of a row. */
export function valuesOf(
  row: OperationResult<'database', 'query'>['rows'][number],
): readonly unknown[] {
  return Array.isArray(row) ? row : Object.values(row)
}

function describeEnd(state: StatementState): string | undefined {
  switch (state.status) {
    case 'rows': {
      const { length } = state.grid.rows
      const more = state.nextCursor === undefined ? '' : 'more than '
      return `${more}${length} row${length === 1 ? '' : 's'}`
    }
    case 'changed':
      return `${state.affectedRows} changed`
    case 'plan':
      return 'plan'
    case 'error':
      return state.error.message
    case 'cancelled':
      return 'cancelled'
    default:
      return undefined
  }
}
