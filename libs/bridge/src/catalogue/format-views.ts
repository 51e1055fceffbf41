import type { Catalogue } from './catalogue.ts'
import { countTokens } from './count-tokens.ts'
import type { View } from './view.ts'

/** Returns the path of a view, such as `/mcp/database`. */
export function viewPath(name: string): string {
  return name === '' ? '/mcp' : `/mcp/${encodeURIComponent(name)}`
}

/**
 * Returns a table of the views with the number of their tools and tokens. Lines below the table name the
 * servers whose tools a view leaves out, and the names and patterns in the configuration of a view that match
 * nothing.
 */
export function formatViews(catalogue: Catalogue): string {
  const views = catalogue.viewNames.flatMap((name) => catalogue.view(name) ?? [])
  const rows = views.map(({ name, definitions }) => [
    name === '' ? '(default)' : name,
    viewPath(name),
    definitions.length.toLocaleString('en'),
    countTokens(definitions).toLocaleString('en'),
  ])
  const table = [['view', 'path', 'tools', 'tokens'], ...rows]
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  )
  const lines = table.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0
        return column < 2 ? cell.padEnd(width) : cell.padStart(width)
      })
      .join('  '),
  )
  return [...lines, ...views.flatMap((each) => remarksOn(each, catalogue.budget))].join('\n')
}

function remarksOn({ name, omitted, unmatched }: View, budget: number): string[] {
  const path = viewPath(name)
  const tokens = budget.toLocaleString('en')
  const [left, unknown] = [omitted.join(', '), unmatched.map((each) => `"${each}"`).join(', ')]
  return [
    ...(left === '' ? [] : [`${path} does not list ${left}: more than ${tokens} tokens.`]),
    ...(unknown === '' ? [] : [`${path}: no server or tool matches ${unknown}.`]),
  ]
}
