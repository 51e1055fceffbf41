import { Badge } from '../../elements/badge.tsx'
import { Problem } from '../../elements/problem.tsx'
import { GridTable } from '../../results/grid/grid-table.tsx'
import type { StatementRequest, StatementState } from '../statement/use-statement.ts'
import { canLoad, maxGridRows } from '../statement/use-statement.ts'
import { ConfirmCard } from './confirm-card.tsx'
import { ExportBar } from './export-bar.tsx'
import { PlanTree } from './plan-tree.tsx'

export interface StatementResultProps {
  readonly state: StatementState
  readonly onConfirm: (request: StatementRequest) => void
  readonly onDismiss: () => void
  readonly onLoadMore: (isAll: boolean) => void
}

const gridClass = 'min-h-40 grow'

/** The result of the last statement of a tab, or the request to confirm the statement. */
export function StatementResult({ state, onConfirm, onDismiss, onLoadMore }: StatementResultProps) {
  switch (state.status) {
    case 'idle':
      return <p className="text-muted">Run a statement with Ctrl Enter, or choose a table.</p>
    case 'running':
      return (
        <p className="text-muted" role="status">
          Running…
        </p>
      )
    case 'asking':
      return <ConfirmCard onConfirm={onConfirm} onDismiss={onDismiss} {...state} />
    case 'rows': {
      const isComplete = state.nextCursor === undefined
      return (
        <GridTable
          className={gridClass}
          footer={
            <>
              <span>{Math.round(state.durationMs)} ms</span>
              {canLoad(state) && (
                <button
                  className="text-accent underline"
                  disabled={state.isLoading}
                  onClick={() => onLoadMore(true)}
                  type="button"
                >
                  {state.isLoading ? 'Loading…' : 'Load all'}
                </button>
              )}
              {!isComplete && !canLoad(state) && (
                <span>
                  The grid has at most {maxGridRows.toLocaleString('en')}. Export the rest.
                </span>
              )}
              <ExportBar request={state.request} />
            </>
          }
          grid={state.grid}
          isComplete={isComplete}
          label="Rows"
          onEnd={() => onLoadMore(false)}
        />
      )
    }
    case 'changed':
      return (
        <>
          <p role="status">
            <Badge tone="good">done</Badge> {state.affectedRows.toLocaleString('en')}{' '}
            {state.affectedRows === 1 ? 'row' : 'rows'} changed in {Math.round(state.durationMs)} ms
          </p>
          {state.grid !== undefined && (
            <GridTable className={gridClass} grid={state.grid} label="Returned rows" />
          )}
        </>
      )
    case 'plan':
      return <PlanTree plan={state.plan} />
    case 'error':
      // The element around the error keeps its natural height. Without the element, the grid would stretch
      // it.
      return (
        <div>
          <Problem error={state.error} />
        </div>
      )
    case 'cancelled':
      return (
        <p className="flex items-center gap-2" role="status">
          <Badge tone="warn">cancelled</Badge> The statement did not run to its end.
        </p>
      )
  }
}
