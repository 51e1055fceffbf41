import { useState } from 'react'

import { Badge } from '../elements/badge.tsx'
import { SelectField } from '../elements/field.tsx'
import { Icon } from '../elements/icon.tsx'
import type { DatabaseInfo } from './queries.ts'
import { SchemaTree } from './schema/schema-tree.tsx'
import { SearchResults } from './schema/search-results.tsx'
import type { PastStatement } from './statement-history.ts'
import { describePast } from './statement-history.ts'

export interface SidebarProps {
  readonly databases: readonly DatabaseInfo[]
  readonly database: DatabaseInfo
  /** Changes after each change of the schema. */
  readonly schemaVersion: number
  readonly past: readonly PastStatement[]
  readonly onSelect: (name: string) => void
  readonly onChoose: (table: { readonly schema: string; readonly name: string }) => void
  readonly onReopen: (past: PastStatement) => void
}

/** The database, its schema, and the statements that have run. */
export function Sidebar(props: SidebarProps) {
  const { databases, database, schemaVersion, past, onSelect, onChoose, onReopen } = props
  const { name, engine, mode, description } = database
  const [text, setText] = useState('')
  return (
    <>
      <div className="space-y-2 p-2">
        <SelectField
          isLabelHidden
          label="Database"
          onChange={(event) => onSelect(event.currentTarget.value)}
          value={name}
        >
          {databases.map((each) => (
            <option key={each.name}>{each.name}</option>
          ))}
        </SelectField>
        <p className="flex flex-wrap items-center gap-1.5 text-xs text-muted">
          <Badge>{engine}</Badge>
          <Badge
            title="Which statements the server permits"
            tone={mode === 'read-only' ? 'good' : 'warn'}
          >
            {mode}
          </Badge>
          {description}
        </p>
        <input
          aria-label="Search the schema"
          className="w-full rounded-md border border-edge bg-surface px-2 py-1 text-sm"
          onChange={(event) => setText(event.currentTarget.value)}
          placeholder="Search tables, columns, indexes"
          type="search"
          value={text}
        />
      </div>
      {text.trim() === '' ? (
        <SchemaTree database={name} key={`${name} ${schemaVersion}`} onChoose={onChoose} />
      ) : (
        <SearchResults database={name} onChoose={onChoose} text={text} />
      )}
      <details className="shrink-0 border-t border-line text-sm">
        <summary className="px-3 py-1.5">History ({past.length})</summary>
        <ul className="max-h-60 overflow-auto pb-1">
          {past.map((each) => (
            <li key={`${each.database} ${each.sql}`}>
              <button
                className="block w-full px-3 py-1 text-left hover:bg-sunken"
                onClick={() => onReopen(each)}
                title={each.sql}
                type="button"
              >
                <span className="line-clamp-2 font-mono text-xs wrap-anywhere">{each.sql}</span>
                <span
                  className={`block truncate text-xs ${each.isError === true ? 'text-bad' : 'text-muted'}`}
                >
                  {each.isError === true && <Icon name="warning" size={12} />} {describePast(each)}
                </span>
              </button>
            </li>
          ))}
        </ul>
      </details>
    </>
  )
}
