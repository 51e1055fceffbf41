import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useMemo, useState } from 'react'
import { Link, useLocation, useParams, useSearch } from 'wouter'

import { Button } from '../elements/button.tsx'
import { Problem } from '../elements/problem.tsx'
import { link } from '../frame/addresses.ts'
import { useStreamEntries } from '../stream/use-stream.ts'
import type { DatabaseInfo } from './queries.ts'
import { databaseKey, useDatabases } from './queries.ts'
import { tableStatement } from './schema/table-statement.ts'
import { Sidebar } from './sidebar.tsx'
import { readTable } from './table-address.ts'
import { createCompletion } from './statement/completion.ts'
import { readHistory, rememberStatement } from './statement-history.ts'
import type { TextStorage } from './stored-list.ts'
import { TabPanel } from './tab-panel.tsx'
import { TabStrip } from './tab-strip.tsx'
import { TransactionBanner } from './transaction/transaction-banner.tsx'
import { useTransaction } from './transaction/use-transaction.ts'
import { useTabs } from './use-tabs.ts'

/** The storage of the browser. A browser that blocks it throws at each access. */
const storage: TextStorage = {
  getItem: (key) => localStorage.getItem(key),
  setItem: (key, value) => localStorage.setItem(key, value),
}

/** The databases: their schema, statements and rows. */
export default function DatabasePage() {
  const { data: databases, error } = useDatabases()
  const params = useParams<{ readonly '*'?: string }>()
  const name = params['*'] ?? ''
  const database = name === '' ? databases?.[0] : databases?.find((each) => each.name === name)
  if (database !== undefined && databases !== undefined) {
    return <Workbench database={database} databases={databases} />
  }
  return (
    <div className="max-w-prose p-4">
      <h1 className="text-xl font-semibold">Database</h1>
      {error !== null && <Problem error={error} />}
      {error === null && databases === undefined && <p className="text-muted">Loading…</p>}
      {databases !== undefined && (
        <p className="my-2">
          {name === ''
            ? 'The database server has no database. Configure one with DATABASES.'
            : `No database is named “${name}”. Choose one of these:`}
        </p>
      )}
      <ul className="list-disc pl-5">
        {databases?.map((each) => (
          <li key={each.name}>
            <Link className="text-accent underline" href={link('database', each.name)}>
              {each.name}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  )
}

interface WorkbenchProps {
  readonly databases: readonly DatabaseInfo[]
  readonly database: DatabaseInfo
}

function Workbench({ databases, database }: WorkbenchProps) {
  const client = useQueryClient()
  const [, navigate] = useLocation()
  const [past, setPast] = useState(() => readHistory(storage))
  const schemaVersion = useSchemaVersion()
  const tabs = useTabs(storage)
  const transaction = useTransaction()
  const completion = useMemo(() => createCompletion(client, database), [client, database])
  useAddressedTable(database, tabs.open)
  const { open, isExpired } = transaction
  const isUsed = open?.database === database.name && !isExpired
  return (
    <div className="flex min-h-full flex-col md:h-full md:flex-row">
      <h1 className="sr-only">Database {database.name}</h1>
      <nav
        aria-label="Schema and history"
        className="flex max-h-80 shrink-0 flex-col border-line max-md:border-b md:max-h-none md:w-72 md:border-r"
      >
        <Sidebar
          database={database}
          databases={databases}
          onChoose={(table) => tabs.open(tableStatement(table, database.dialect), true)}
          onReopen={({ sql, database: other }) => {
            tabs.open(sql)
            if (other !== database.name) navigate(link('database', other))
          }}
          onSelect={(name) => navigate(link('database', name))}
          past={past}
          schemaVersion={schemaVersion}
        />
      </nav>
      <div className="flex min-h-0 min-w-0 grow flex-col gap-2 p-2">
        <div className="flex flex-wrap items-center justify-between gap-2">
          <TabStrip
            onClose={tabs.close}
            onOpen={tabs.add}
            onShow={tabs.show}
            shown={tabs.shown}
            tabs={tabs.tabs}
          />
          {open === undefined && (
            <Button
              disabled={transaction.begin.isPending}
              onClick={() => transaction.begin.mutate(database)}
            >
              Begin a transaction
            </Button>
          )}
        </div>
        <TransactionBanner transaction={transaction} />
        {tabs.tabs.map((tab) => (
          <TabPanel
            completion={completion}
            database={database}
            isRunning={tabs.running.has(tab.id)}
            isShown={tab.id === tabs.shown}
            key={tab.id}
            onChange={tabs.change}
            onEnd={(end) => {
              const at = new Date().toISOString()
              setPast(rememberStatement(storage, { ...end, at, database: database.name }))
            }}
            tab={tab}
            transactionId={isUsed ? open?.transactionId : undefined}
          />
        ))}
      </div>
    </div>
  )
}

/** Opens the table that the address names, once. The address then becomes that of the database. */
function useAddressedTable(
  { name, dialect }: DatabaseInfo,
  open: (sql: string, isRunning: boolean) => void,
): void {
  const [, navigate] = useLocation()
  // The hook is used only because it renders the page again when the query changes. Its value is already
  // decoded, and a second decoding would change escaped characters.
  const search = useSearch()
  const onTable = useEffectEvent((query: string) => {
    const table = query === '' ? undefined : readTable(location.search)
    if (table === undefined) return
    open(tableStatement(table, dialect), true)
    navigate(link('database', name), { replace: true })
  })
  useEffect(() => onTable(search), [search])
}

/**
 * Returns a number that increases when a schema has changed. The cached parts of the schema are removed
 * first.
 */
function useSchemaVersion(): number {
  const client = useQueryClient()
  const [version, setVersion] = useState(0)
  useStreamEntries((entry) => {
    if (entry.source !== 'session') return
    const { type, data } = entry.notification
    if (type !== 'database-schema-changed') return
    client.removeQueries({ queryKey: databaseKey(String(data['database'])) })
    setVersion((before) => before + 1)
  })
  return version
}
