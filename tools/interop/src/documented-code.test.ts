import { globSync, readFileSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

import { afterAll, beforeAll, expect, it } from 'vitest'

import { installLibraries } from './install-libraries.ts'
import { root } from './packages.ts'
import { runProgram } from './run-program.ts'

const project = resolve(import.meta.dirname, '../.tmp/documented-code')
const files = ['README.md', 'docs/*.md', 'libs/*/README.md', 'apps/*/README.md']
// Its code belongs to a package that the walkthrough creates.
const withoutPackages = 'docs/adding-a-server.md'
const pages = globSync(files, { cwd: root, exclude: [withoutPackages] }).toSorted()

beforeAll(async () => {
  await mkdir(project, { recursive: true })
  await installLibraries(project)
})
afterAll(() => rm(project, { recursive: true }))

/** An example of a page that is part of a program, as a module that compiles. */
interface Example {
  readonly file: string
  readonly place: string
  readonly code: string
}

/**
 * Returns the examples of a page that are neither complete programs (`npm run check:readme` and
 * readme-examples.test.ts run those) nor files of a walkthrough (tools/generators runs those). A comment
 * `<!-- names in the examples … -->` of the page declares what their surroundings declare, and `<!-- file weather.ts … -->` is a file that they import.
 */
function readExamples(page: string): readonly Example[] {
  const markdown = readFileSync(resolve(root, page), 'utf8')
  const folder = page.replaceAll(/\W/g, '-')
  const [, names = ''] = /<!-- names in the examples\n([\s\S]*?)-->/.exec(markdown) ?? []
  const imported = markdown.matchAll(/<!-- file (\S+)\n([\s\S]*?)-->/g)
  const files = Array.from(imported, ([, name = '', code = '']) => {
    return { file: `${folder}/${name}`, place: `${page}, file ${name}`, code }
  })
  const examples = Array.from(
    markdown.matchAll(/^```ts\n([\s\S]*?)^```/gm),
    ({ 1: block = '', index }) => {
      const imports: string[] = []
      const rest = block.replaceAll(/^import [\s\S]*?from '.*'\n/gm, (statement) => {
        imports.push(statement)
        return ''
      })
      const body = rest.replaceAll(/^export (default )?/gm, (_, isDefault) =>
        isDefault ? 'return ' : '',
      )
      const declared = names.replaceAll(/^declare const (\w+).*\n/gm, (line, name) => {
        return new RegExp(`[\\s{,]${name}[\\s,}]`).test(imports.join('')) ? '' : line
      })
      const code = `${declared}${imports.join('')}export async function example() {\n${body}\n}\n`
      const line = markdown.slice(0, index).split('\n').length + 1
      return { file: `${folder}/example-${line}.ts`, place: `${page}:${line}`, code }
    },
  )
  return [...files, ...examples]
}

it('the code in the documentation compiles with the packages as they are published', async () => {
  const examples = pages.flatMap(readExamples)
  for (const { file, code } of examples) {
    await mkdir(dirname(resolve(project, file)), { recursive: true })
    await writeFile(resolve(project, file), code)
  }
  const compilerOptions = { types: ['node'], noEmit: true, noUnusedLocals: false }
  const config = { extends: '../../../../tsconfig.base.json', compilerOptions, include: ['*/*.ts'] }
  await writeFile(resolve(project, 'tsconfig.json'), JSON.stringify(config))
  const compiler = resolve(root, 'node_modules/typescript/bin/tsc')
  const messages = await runProgram(process.execPath, [compiler, '-p', project]).then(
    () => '',
    (thrown: unknown) => String(thrown),
  )
  const places = new Map(examples.map(({ file, place }) => [file, place]))
  const problems = messages.replaceAll(/^\S*?([\w-]+\/[\w-]+\.ts)\(/gm, (_, file) => {
    return `${places.get(file) ?? file} (`
  })
  expect(problems).toBe('')
  expect(examples.length).toBeGreaterThan(20)
})
