import { parseDirectForm } from '@mcp/direct-forms'
import { expect, it } from 'vitest'

import { directForms } from './direct-forms.ts'

const values: Readonly<Record<string, string>> = {
  statement: 'select 1 as one',
  expression: '(2 + 3) * 4',
  address: 'https://example.com/a?b=c',
  folder: 'my notes/drafts',
  path: 'a "b" \\ c.md',
  glob: '**/*.md',
  text: "don't -i",
}

it.each(directForms)(
  'formats $label with an unambiguous text',
  ({ label, arguments: args, format }) => {
    const chosen = Object.fromEntries(args.map(({ name }) => [name, values[name] ?? '']))
    expect(format(chosen)).toBe(
      {
        sql: '/select 1 as one',
        calculate: '/(2 + 3) * 4',
        fetch: '/fetch https://example.com/a?b=c',
        ls: '/ls "my notes/drafts"',
        cat: String.raw`/cat "a \"b\" \\ c.md"`,
        find: '/find . -name "**/*.md"',
        grep: `/grep "don't -i" "my notes/drafts"`,
      }[label],
    )
  },
)

it.each(directForms)('formats $label as a direct form', ({ arguments: args, format }) => {
  const chosen = Object.fromEntries(args.map(({ name }) => [name, values[name] ?? '']))
  // Without a catalogue, a form is recognized and names the operation that is missing.
  expect(parseDirectForm(format(chosen), { catalogue: [] })).toHaveProperty('problem')
})

it('leaves out optional arguments that are empty', () => {
  const list = directForms.find(({ label }) => label === 'ls')
  expect(list?.format({})).toBe('/ls')
})
