import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'

import { afterAll, beforeAll, it } from 'vitest'

import { readLibraries } from './packages.ts'
import { runProgram } from './run-program.ts'
import { programPath } from './runtimes.ts'

const attw = programPath('.bin/attw')

let scratch = ''
beforeAll(async () => {
  scratch = await mkdtemp(resolve(tmpdir(), 'mcp-packed-'))
})
afterAll(() => rm(scratch, { recursive: true }))

it.concurrent.for(readLibraries())(
  'the types of $name are right in every door, as packed',
  async ({ folder }, { expect }) => {
    const pack = ['pack', '--silent', '--pack-destination', scratch]
    const tarball = (await runProgram('npm', pack, { cwd: folder })).trim()
    const check = [resolve(scratch, tarball), '--profile', 'esm-only', '--no-color']
    expect(await runProgram(attw, check)).not.toContain('❌')
  },
)
