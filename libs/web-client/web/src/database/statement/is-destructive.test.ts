import { expect, it } from 'vitest'

import { isDestructive } from './is-destructive.ts'

it.each([
  ['read', 'delete from notes', false],
  ['data', 'INSERT INTO notes VALUES (1)', false],
  ['data', '-- the first one\n /* of two */ insert into notes values (1)', false],
  ['data', 'insert or replace into notes values (1)', true],
  ['data', 'delete from notes', true],
  ['data', 'update notes set text = NULL', true],
  [
    'data',
    'with old as (delete from notes returning *) insert into archive select * from old',
    true,
  ],
  ['schema', 'create table notes (id int)', false],
  ['schema', 'create or replace view notes as select 1', true],
  ['schema', 'drop table notes', true],
  ['admin', 'vacuum', true],
  ['data', '', true],
] as const)('reads whether the %s statement %j is destructive', (kind, sql, expected) => {
  expect(isDestructive(kind, sql)).toBe(expected)
})
