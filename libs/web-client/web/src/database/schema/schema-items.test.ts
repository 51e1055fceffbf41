import { expect, it } from 'vitest'

import { describedChildren } from './schema-items.ts'

it('lists columns, keys, indexes and constraints of a table', () => {
  const children = describedChildren('t', {
    schema: 'public',
    name: 'lines',
    kind: 'table',
    columns: [
      { name: 'order_id', type: 'integer', nullable: false },
      { name: 'position', type: 'integer', nullable: false, default: '1' },
      { name: 'note', type: 'text', nullable: true },
    ],
    primaryKey: ['order_id', 'position'],
    foreignKeys: [
      {
        columns: ['order_id'],
        references: { schema: 'public', table: 'orders', columns: ['id'] },
      },
    ],
    indexes: [{ name: 'lines_note', columns: ['note'], unique: true }],
    constraints: [{ kind: 'check', columns: ['position'], definition: 'CHECK (position > 0)' }],
  })
  expect(children.map(({ data }) => [data.kind, data.title, data.detail])).toEqual([
    ['column', 'order_id', 'integer, not null, primary key'],
    ['column', 'position', 'integer, not null, primary key, default 1'],
    ['column', 'note', 'text'],
    ['primary key', 'order_id, position', undefined],
    ['foreign key', 'order_id', '→ orders (id)'],
    ['index', 'lines_note', 'unique, note'],
    ['constraint', 'check', 'CHECK (position > 0)'],
  ])
  expect(new Set(children.map(({ id }) => id)).size).toBe(7)
})
