import { globSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'

import type { Problem } from '@arethetypeswrong/core'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { afterAll, beforeAll, expect, it } from 'vitest'

import { readLibraries, root } from './packages.ts'
import { runProgram } from './run-program.ts'

const libraries = readLibraries()

// The packages are ES modules only. Resolution as in Node 10 and by `require` does not apply to them.
const otherResolutions = new Set(['node10', 'node16-cjs'])

let scratch = ''
beforeAll(async () => {
  scratch = await mkdtemp(resolve(tmpdir(), 'mcp-packed-'))
  const names = libraries.map(({ name }) => `--workspace=${name}`)
  await runProgram('npm', ['pack', '--silent', ...names, `--pack-destination=${scratch}`], {
    cwd: root,
  })
})
afterAll(() => rm(scratch, { recursive: true }))

it.for(libraries)(
  'the types of $name are right in every entry point, as packed',
  async ({ name }) => {
    const [tarball] = globSync(`${name.replace('@', '').replace('/', '-')}-[0-9]*.tgz`, {
      cwd: scratch,
    })
    const packed = createPackageFromTarballData(await readFile(resolve(scratch, tarball ?? name)))
    const result = await checkPackage(packed)
    expect(result.types).toMatchObject({ kind: 'included' })
    expect(result.types && result.problems.filter(applies)).toEqual([])
  },
)

function applies(problem: Problem): boolean {
  return !('resolutionKind' in problem && otherResolutions.has(problem.resolutionKind))
}
