import { describe, expect, it } from 'vitest'

import { readSql } from './sql-form.ts'

const few = 'with few as (select id from notes)'

describe('statements that can write', () => {
  it.each([
    'insert into notes (id) values (1)',
    'insert or replace into notes values (1)',
    'replace into notes values (1)',
    'update notes set id = 1',
    'update or ignore notes set id = 1',
    'update notes as n set id = 1',
    'update notes n set id = 1',
    'update only notes set id = 1',
    'delete from notes where id = 1',
    `${few} insert into notes select id from few`,
    `${few} insert or replace into notes select id from few`,
    `${few} insert or ignore into notes select id from few`,
    `${few} replace into notes select id from few`,
    `${few} update notes as n set id = 1 from few`,
    `${few} update notes n set id = 1 from few`,
    `${few} update or replace notes set id = 1`,
    `${few} update only notes set id = 1`,
    `${few} update notes, few set id = 1`,
    `${few} delete from notes using few`,
    `${few} delete n from notes n join few on few.id = n.id`,
    `${few} merge into notes n using few on true when matched then delete`,
    `${few} upsert into notes select id from few`,
    `${few} select id into copied from few`,
    `${few} select id from few for update`,
    'with gone as (delete from notes returning id) select id from gone',
    'with n as (update notes n set id = 2 returning id) select id from n',
    `with q as (select 1 as "'") insert into notes select 1 as "'"`,
    "with q as (select 1 as `'`) insert into notes select 1 as `'`",
    'select id into copied from notes',
    'select id into"copied"from notes',
    'select 1 into@total',
    'select id from notes for update',
    'select id from notes for share',
    `${few} select id from few for no key update`,
    `${few} select id from few lock in share mode`,
    `${few} select 1.into @id`,
    `${few} select 1e0into @id`,
    "select nextval('counter')",
    'explain analyze delete from notes',
    'explain (analyse) delete from notes',
    'explain (verbose, ANALYZE) insert into notes values (1)',
  ])('%s', (sql) => {
    expect(readSql(sql)).toEqual({ sql, isRead: false })
  })
})

describe('statements that the dialects delimit differently are not reads', () => {
  it.each([
    `with q as (select $$'$$) insert into notes select $$'$$`,
    `with q as (select '\\'') insert into notes values ('') --')`,
    "with q as (select 1 # '\n) insert into notes select 1 # '",
    `${few} select id /*! into @id */ from few`,
    `${few} select 1 --1 into @id`,
    `with q as (select 1 as [']) insert into notes select 1 as [']`,
  ])('%s', (sql) => {
    expect(readSql(sql)?.isRead).not.toBe(true)
  })
})

describe('statements that only read', () => {
  it.each([
    'select 1',
    'select * from notes',
    'select \'insert into notes\', "update" from notes',
    "select replace(body, 'a', 'b') from notes",
    'select n.update, n.replace from notes n -- not an update',
    "select * from notes where body like '%\\_%'",
    "select data #>> '{a,b}' from notes",
    few + ' select count(*) from few',
    few + ", more as (select id from few) select replace('a', 'b', 'c') from more",
    few + ' values (1)',
    `select "it's", 'x--y', '/*! x */', arr['a'] from notes`,
    'values (1), (2)',
    'explain select * from notes',
    'explain delete from notes',
    'explain query plan update notes set id = 1',
  ])('%s', (sql) => {
    expect(readSql(sql)).toEqual({ sql, isRead: true })
  })
})

it.each([
  'with care as (ever) plan the trip',
  'with few as (select id from notes',
  'update the notes to set a date',
  'update my notes set',
])('%s is not a statement', (text) => {
  expect(readSql(text)).toBeUndefined()
})
