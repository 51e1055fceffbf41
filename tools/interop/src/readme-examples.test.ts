import { existsSync, readFileSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'

import { transform } from 'esbuild'
import { afterAll, beforeAll, it } from 'vitest'

import { installLibraries } from './install-libraries.ts'
import { readLibraries } from './packages.ts'
import { runProgram } from './run-program.ts'
import { lacksNodes, programPath } from './runtimes.ts'

const project = resolve(import.meta.dirname, '../.tmp/readme-examples')

// As in a project that has installed the packages: the builds, and nothing of the sources.
beforeAll(() => installLibraries(project))
afterAll(() => rm(project, { recursive: true }))

const examples = readLibraries().flatMap(({ name, folder }) => {
  const path = resolve(folder, 'README.md')
  const markdown = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const blocks = markdown.matchAll(/```ts runnable\n([\s\S]*?)```/g)
  return Array.from(blocks, ([, code = ''], index) => ({ name, index, code }))
})

const runs = ['node22', 'node26'].flatMap((node) => examples.map((each) => ({ ...each, node })))

it.concurrent.for(runs)(
  'the README of $name has an example that runs on $node',
  async ({ name, index, code, node }, { expect, skip }) => {
    skip(lacksNodes)
    const file = resolve(project, `${name.replace('@mcp/', '')}-${index}-${node}.mjs`)
    // Compiled as its readers would compile it: Node 22 knows types, but no `await using`.
    const compiled = await transform(code, { loader: 'ts', target: 'node22' })
    await writeFile(file, compiled.code)
    const command = programPath(`${node}/bin/node`)
    expect(await runProgram(command, [file], { cwd: project })).not.toBe('')
  },
)
