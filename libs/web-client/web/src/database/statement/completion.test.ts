import { CompletionContext } from '@codemirror/autocomplete'
import { sql } from '@codemirror/lang-sql'
import { ensureSyntaxTree } from '@codemirror/language'
import { EditorState } from '@codemirror/state'
import { QueryClient } from '@tanstack/react-query'
import { expect, it } from 'vitest'

import { sqlDialect } from '../../editor/languages.ts'
import { databaseKey } from '../queries.ts'
import { createCompletion } from './completion.ts'

const database = {
  name: 'shop',
  engine: 'pglite',
  dialect: 'postgresql',
  mode: 'data',
  description: '',
} as const

const client = new QueryClient()
const tables = ['letters', 'parcels'].map((name) => ({ schema: 'public', name, kind: 'table' }))
client.setQueryData([...databaseKey('shop'), 'tables'], { items: tables })
for (const { name } of tables) {
  const columns = ['id', `${name}_sent`, 'Postage Paid'].map((column) => ({ name: column }))
  client.setQueryData([...databaseKey('shop'), 'table', 'public', name], { columns })
}

/** Returns what is completed at the end of a text, as inserted text and detail. */
async function completeEnd(doc: string) {
  const state = EditorState.create({ doc, extensions: sql({ dialect: sqlDialect('postgresql') }) })
  // Without it, a slow machine parses only a part of the text.
  expect(ensureSyntaxTree(state, doc.length, 10_000)).not.toBeNull()
  const context = new CompletionContext(state, doc.length, false)
  const result = await createCompletion(client, database)(context)
  return {
    from: result?.from,
    options: result?.options.map(({ label, apply, detail }) => [apply ?? label, detail]) ?? [],
  }
}

it('completes tables', async () => {
  const { from, options } = await completeEnd('SELECT * FROM pa')
  expect(from).toBe(14)
  expect(options).toContainEqual(['parcels', undefined])
})

it('completes the columns of the tables that the text names', async () => {
  const { from, options } = await completeEnd('SELECT * FROM letters WHERE le')
  expect(from).toBe(28)
  expect(options).toContainEqual(['letters_sent', 'letters'])
  expect(options).toContainEqual(['"Postage Paid"', 'letters'])
  expect(options).not.toContainEqual(['parcels_sent', 'parcels'])
})

it('names both tables of a column that they share', async () => {
  const { options } = await completeEnd('SELECT * FROM letters JOIN parcels ON i')
  expect(options.filter(([label]) => label === 'id')).toEqual([['id', 'letters, parcels']])
})

it('completes only the columns of a table after its name and a point', async () => {
  const { options } = await completeEnd('SELECT * FROM letters, parcels WHERE letters.')
  expect(options.map(([label]) => label)).toContain('letters_sent')
  expect(options.map(([label]) => label)).not.toContain('parcels_sent')
})

it('completes nothing inside of a text', async () => {
  const { options } = await completeEnd("SELECT * FROM letters WHERE name = 'i")
  expect(options).not.toContainEqual(['id', 'letters'])
})
