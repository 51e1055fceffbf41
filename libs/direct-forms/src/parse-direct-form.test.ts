import type { CatalogueOperation } from '@mcp/llm'
import { describe, expect, it } from 'vitest'

import { parseDirectForm } from './parse-direct-form.ts'
import { catalogueOf } from './fixtures/catalogue.ts'

const catalogue: CatalogueOperation[] = catalogueOf({
  'database.query': { sql: { type: 'string' } },
  'database.execute': { sql: { type: 'string' } },
  'internet.fetch': {},
  'roots.readFile': { root: { type: 'string' }, path: { type: 'string' } },
  'roots.listDirectory': { root: { type: 'string' }, path: { type: 'string' } },
  'roots.searchFiles': { root: { type: 'string' }, glob: { type: 'string' } },
  'roots.searchText': { root: { type: 'string' }, pattern: { type: 'string' } },
  'prompts.render': { prompt: { type: 'string' } },
  'tools.calculator.add': { a: { type: 'number' }, b: { type: 'number' } },
  'tools.calculator.evaluate': { expression: { type: 'string' } },
})
const parse = (input: string | readonly string[], path = '') =>
  parseDirectForm(input, { catalogue, exists: (each) => each === path })

describe('texts that are not exactly a direct form', () => {
  it.each([
    '',
    ' ',
    '/',
    '/ 2 + 3',
    'hello',
    'select a good name for my cat',
    'select names from the list',
    'select the best of these',
    'select names from people please',
    'select all files',
    'select',
    'select from people',
    'select one, two',
    'update the readme',
    'update notes with the new date',
    'delete from the list what is old',
    'delete the note about milk',
    'delete from notes milk',
    'insert into my notes that I must buy milk',
    'create a table for notes',
    'create table notes',
    'drop the table notes',
    'drop table notes and then say hello',
    'alter table notes so that it is shorter',
    'truncate this text to ten characters',
    'with some luck this works',
    'values are important',
    'explain quantum physics',
    'select 1; drop table notes',
    "select 'open",
    'fetch example.com',
    'fetch the page https://example.com/',
    'https://example.com/ is slow',
    'get https://a.test/ https://b.test/',
    'open the window',
    'ftp://example.com/file',
    'read the file notes/todo.md',
    'read aloud',
    'show tables',
    'show me the notes',
    'cat pictures and more',
    'find milk',
    'find the file todo.md',
    'ls notes and more',
    'readme.md',
    'missing/file.txt',
    'e.g. this',
    '42',
    'pi',
    '2026-11-29',
    '1/2/2024',
    '555-123-4567',
    '10.0.0.1',
    '2 +',
    '2 3',
    '(2 + 3',
    '2 plus 3',
    'sqrt 2',
    'what is 2 + 3',
    'example.com a b',
    'prompt translate text=x',
    'line one\nls',
  ])('%s', (text) => {
    expect(parse(text)).toBeUndefined()
  })
})

describe('texts with a direct form that cannot run', () => {
  it.each([
    ['calculator.ad a=1', 'Unknown operation "calculator.ad". Did you mean "calculator.add"?'],
    ['root.readFile path=x', 'Unknown operation "root.readFile". Did you mean "roots.readFile"?'],
    ['calculator.add a=1', 'calculator.add: Missing "b".'],
    ['calculator.add a=one b=2', 'calculator.add: "a" must be a number, not "one".'],
    [
      'calculator.add a=1 b=2 c=3',
      'calculator.add: Unknown argument "c". Did you mean "a" or "b"?',
    ],
    ['calculator.add 1 2', 'calculator.add: Unexpected "1". Write arguments as name=value.'],
    ['calculator.add a:={1 b=2}', 'calculator.add: The value of "a" is not valid JSON: {1 b=2}'],
    ['calculator.add a=1 a=2 b=3', 'calculator.add: "a" is given twice.'],
    ['grep buy milk', 'Put the text in quotes: grep "buy milk".'],
    ['/prompt', 'Name a prompt: /prompt code-review code="x = 1".'],
    ['/prompt translate Hello', 'Unexpected "Hello". Write arguments as name=value.'],
  ])('%s', (text, problem) => {
    expect(parse(text)).toEqual({ problem })
  })

  it('reports an operation that no server offers', () => {
    expect(parseDirectForm('select 1', { catalogue: [] })).toEqual({
      problem: 'database.query is not available: no connected server offers it.',
    })
  })
})

it('accepts the words of a command line', () => {
  expect(parse(['grep', 'buy milk'])).toMatchObject({
    payload: { params: { pattern: 'buy milk' } },
  })
  expect(parse(['select', 'count(*)', 'from', 'notes'])).toMatchObject({ operation: 'query' })
  expect(parse(['2', '+', '3'])).toMatchObject({ payload: { params: { expression: '2 + 3' } } })
})

it('takes the first root, or the root that the path names', () => {
  const call = (text: string) => parseDirectForm(text, { catalogue, roots: ['work', 'home'] })
  expect(call('cat a.md')).toMatchObject({ payload: { root: 'work', params: { path: 'a.md' } } })
  expect(call('ls home:notes/')).toMatchObject({
    payload: { root: 'home', params: { path: 'notes' } },
  })
})

it('reads a path alone only if it exists', () => {
  expect(parse('readme.md', 'readme.md')).toMatchObject({ operation: 'readFile' })
  expect(parse('readme.md', 'other.md')).toBeUndefined()
})
