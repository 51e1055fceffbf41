import { expect, it } from 'vitest'

import { readPlan } from './read-plan.ts'

it('reads a plan of PostgreSQL with costs and times', () => {
  const plan = [
    {
      Plan: {
        'Node Type': 'Limit',
        'Total Cost': 8.3,
        'Plan Rows': 1,
        'Actual Total Time': 0.5,
        'Actual Loops': 2,
        'Actual Rows': 3,
        Plans: [
          {
            'Node Type': 'Index Scan',
            'Relation Name': 'notes',
            'Index Name': 'notes_pkey',
            'Index Cond': '(id = 1)',
            'Total Cost': 8.2,
            'Plan Rows': 1,
          },
        ],
      },
    },
  ]
  expect(readPlan(plan)).toEqual({
    title: 'Limit',
    details: [],
    cost: 8.3,
    rows: 3,
    actualMs: 1,
    children: [
      {
        title: 'Index Scan on notes, notes_pkey',
        details: ['Index Cond: (id = 1)'],
        cost: 8.2,
        rows: 1,
        actualMs: undefined,
        children: [],
      },
    ],
  })
})

it('reads a plan of SQLite', () => {
  const plan = [
    { id: 3, parent: 0, detail: 'SCAN notes' },
    { id: 8, parent: 0, detail: 'COMPOUND' },
    { id: 9, parent: 8, detail: 'LEFT' },
  ]
  const step = readPlan(plan)
  expect(step?.children.map(({ title }) => title)).toEqual(['SCAN notes', 'COMPOUND'])
  expect(step?.children[1]?.children.map(({ title }) => title)).toEqual(['LEFT'])
  expect(readPlan(plan.slice(0, 1))?.title).toBe('SCAN notes')
})

it.each([[{ query_block: {} }], [[]], ['text'], [[1]], [null]])('does not read %j', (plan) => {
  expect(readPlan(plan)).toBeUndefined()
})
