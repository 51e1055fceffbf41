import type { ReactNode } from 'react'

import { Button } from '../../elements/button.tsx'

export interface StatementBarProps {
  readonly isBusy: boolean
  readonly onRun: () => void
  readonly onCancel: () => void
  readonly onExplain: (analyze: boolean) => void
  readonly children: ReactNode
}

/** The actions for the statement at the cursor. */
export function StatementBar(props: StatementBarProps) {
  const { isBusy, onRun, onCancel, onExplain, children } = props
  return (
    <div className="flex shrink-0 flex-wrap items-start gap-2">
      <Button icon="play" kind="primary" onClick={onRun} title="Run the statement at the cursor">
        Run
        <kbd className="text-xs opacity-90 max-lg:hidden">Ctrl Enter</kbd>
      </Button>
      <Button disabled={!isBusy} icon="stop" onClick={onCancel}>
        Cancel
      </Button>
      <Button onClick={() => onExplain(false)}>Explain</Button>
      <Button onClick={() => onExplain(true)} title="Runs the statement and measures its plan">
        Explain and measure
      </Button>
      {children}
    </div>
  )
}
