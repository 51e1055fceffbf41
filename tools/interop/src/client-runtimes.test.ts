import { resolve } from 'node:path'

import express from 'express'
import { it } from 'vitest'

import { expectedFacts } from './client-check.ts'
import { startDrillSystem } from './drill-system.ts'
import { runProgram } from './run-program.ts'
import { lacksNodes, programPath } from './runtimes.ts'

const program = resolve(import.meta.dirname, 'client-check-main.ts')

it.concurrent.for([
  { runtime: 'Node 22.19', command: 'node22/bin/node', flags: [], isMissing: lacksNodes },
  { runtime: 'Node 24', command: 'node24/bin/node', flags: [], isMissing: lacksNodes },
  { runtime: 'Node 26', command: 'node26/bin/node', flags: [], isMissing: lacksNodes },
  { runtime: 'Deno', command: '.bin/deno', flags: ['run', '--allow-net=127.0.0.1'] },
  { runtime: 'Bun', command: '.bin/bun', flags: ['run'] },
])(
  'the client does on $runtime what it promises',
  async ({ command, flags, isMissing = false }, { expect, skip }) => {
    skip(isMissing)
    await using system = await startDrillSystem(express())
    const url = `${system.url}/mcp-sessions`
    const printed = await runProgram(programPath(command), [...flags, program, url])
    expect(JSON.parse(printed)).toEqual(expectedFacts)
  },
)
