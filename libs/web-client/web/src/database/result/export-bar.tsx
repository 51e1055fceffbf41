import { McpError } from '@mcp/protocol/light'
import { useEffect, useRef, useState } from 'react'

import type { StatementRequest } from '../statement/use-statement.ts'
import { exportRows } from './export-rows.ts'
import type { ExportFormat } from './format-rows.ts'
import { exportFormats } from './format-rows.ts'

type ExportState =
  | { readonly status: 'idle' }
  | { readonly status: 'running'; readonly rows: number }
  | { readonly status: 'done'; readonly rows: number; readonly format: ExportFormat }
  | { readonly status: 'error'; readonly message: string }

const quiet = 'rounded px-1.5 text-accent underline hover:bg-sunken'

/** Saves all rows of a query as a file, not only those that are loaded. */
export function ExportBar({ request }: { readonly request: StatementRequest }) {
  const [state, setState] = useState<ExportState>({ status: 'idle' })
  const current = useRef<AbortController>(undefined)
  useEffect(() => () => current.current?.abort(), [])
  const save = async (format: ExportFormat) => {
    const controller = new AbortController()
    current.current = controller
    const { signal } = controller
    const onProgress = (rows: number) => setState({ status: 'running', rows })
    onProgress(0)
    try {
      const rows = await exportRows(request, { format, signal, onProgress })
      setState({ status: 'done', rows, format })
    } catch (thrown) {
      const { message } = McpError.from(thrown)
      setState(signal.aborted ? { status: 'idle' } : { status: 'error', message })
    }
  }
  return (
    <span className="flex flex-wrap items-center gap-1">
      Export all rows:
      {exportFormats.map((format) => (
        <button
          className={quiet}
          disabled={state.status === 'running'}
          key={format}
          onClick={() => void save(format)}
          type="button"
        >
          {format.toUpperCase()}
        </button>
      ))}
      {state.status === 'running' && (
        <button className={quiet} onClick={() => current.current?.abort()} type="button">
          Cancel the export
        </button>
      )}
      <span role="status">{describeExport(state)}</span>
    </span>
  )
}

function describeExport(state: ExportState): string {
  switch (state.status) {
    case 'idle':
      return ''
    case 'running':
      return `${state.rows.toLocaleString('en')} rows read`
    case 'done':
      return `${state.rows.toLocaleString('en')} rows saved as rows.${state.format}`
    case 'error':
      return state.message
  }
}
