import type { CompletionSource } from '@codemirror/autocomplete'
import { useEffect, useEffectEvent, useState } from 'react'

import { CodeEditor } from '../editor/code-editor.tsx'
import { TextField } from '../elements/field.tsx'
import { StatementResult } from './result/statement-result.tsx'
import type { DatabaseInfo } from './queries.ts'
import { readParams } from './statement/read-params.ts'
import { statementAt } from './statement/statement-at.ts'
import { StatementBar } from './statement/statement-bar.tsx'
import { editorLanguage, wordAt } from './statement/editor-language.ts'
import type { StatementEnd } from './statement/use-statement.ts'
import { useStatement } from './statement/use-statement.ts'
import type { SqlTab } from './tabs.ts'

export interface TabPanelProps {
  readonly tab: SqlTab
  readonly database: DatabaseInfo
  readonly transactionId: string | undefined
  readonly completion: CompletionSource
  readonly isShown: boolean
  /** Whether the statement runs when the tab opens. */
  readonly isRunning: boolean
  readonly onChange: (tab: SqlTab) => void
  readonly onEnd: (end: StatementEnd) => void
}

const start = { from: 0, to: 0 }

/** One tab: its text, its parameters, and the end of its last statement. */
export function TabPanel(props: TabPanelProps) {
  const { tab, database, transactionId, completion, isShown, isRunning, onChange, onEnd } = props
  const { sql, params: paramsText } = tab
  const [selection, setSelection] = useState(start)
  const [isTried, setTried] = useState(false)
  const { state, run, confirm, explain, loadMore, cancel, dismiss } = useStatement(onEnd)
  const read = readParams(paramsText)
  const problem = 'problem' in read ? read.problem : undefined

  /** Returns the statement to run, or undefined if there is no statement or its parameters are invalid. */
  const requestAt = (at: typeof start) => {
    const statement = statementAt(sql, at, database.dialect)
    if (statement === undefined || !('params' in read)) return undefined
    return { ...statement, database: database.name, params: read.params, transactionId }
  }
  const runAt = (at: typeof start) => {
    const request = requestAt(at)
    if (request !== undefined) void run(request)
  }
  const runAtStart = useEffectEvent(() => runAt(start))
  useEffect(() => {
    if (isRunning) runAtStart()
  }, [isRunning])

  const at = state.status === 'error' ? state.at : undefined
  const message = state.status === 'error' ? state.error.message : ''
  return (
    <div
      aria-label={`Statement of ${database.name}`}
      className="flex min-h-0 grow flex-col gap-2"
      hidden={!isShown}
      role="tabpanel"
    >
      <CodeEditor
        className="h-44 min-h-20 shrink-0 resize-y"
        completion={completion}
        label="SQL"
        language={editorLanguage(database.dialect)}
        onChange={(value) => onChange({ ...tab, sql: value })}
        onSelect={setSelection}
        onSubmit={(at) => {
          setTried(true)
          runAt(at)
        }}
        placeholder="SELECT …"
        value={sql}
        {...(at !== undefined && { diagnostics: wordAt(sql, at, message) })}
      />
      <StatementBar
        isBusy={state.status === 'running' || (state.status === 'rows' && state.isLoading)}
        onCancel={cancel}
        onExplain={(analyze) => {
          setTried(true)
          const request = requestAt(selection)
          if (request !== undefined) void explain(request, analyze)
        }}
        onRun={() => {
          setTried(true)
          runAt(selection)
        }}
      >
        <TextField
          className="min-w-40 grow"
          isLabelHidden
          label="Parameters"
          onChange={(event) => onChange({ ...tab, params: event.currentTarget.value })}
          placeholder='Parameters, such as ["milk", 3]'
          spellCheck={false}
          value={paramsText}
          {...(isTried && problem !== undefined && { error: problem })}
        />
      </StatementBar>
      <section
        aria-label="Result"
        className="grid min-h-60 grow grid-cols-[minmax(0,1fr)] grid-rows-[minmax(0,1fr)] content-start max-md:h-[60dvh]"
      >
        <StatementResult
          onConfirm={(request) => void confirm(request)}
          onDismiss={dismiss}
          onLoadMore={(isAll) => void loadMore(isAll)}
          state={state}
        />
      </section>
    </div>
  )
}
