import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'

import { report } from './report.ts'
import { mapInParallel, run, runBeside } from './run.ts'
import { runnableExamples } from './runnable-examples.ts'
import { readPublishedPackages, root } from './workspace.ts'

const timeoutMs = 60_000
const compileTimeoutMs = 300_000

/** A complete example of a README, written to a file. */
interface Example {
  readonly what: string
  /** Folder of the package. */
  readonly folder: string
  readonly file: string
}

// Checks that the README of each published package has a complete example, and that all examples compile, run
// and print something. Folders of packages as arguments limit the check to these.
const selected = process.argv.slice(2).map((folder) => resolve(root, folder))
const packages = readPublishedPackages().filter(
  ({ folder }) => selected.length === 0 || selected.includes(folder),
)
// The examples are written into the packages, so that their dependencies resolve like those of the sources.
const scratchOf = (folder: string): string => resolve(folder, 'src/.readme')
const config = resolve(root, '.tmp/readme.tsconfig.json')
try {
  const problems: string[] = []
  const examples = packages.flatMap(({ name, folder }): readonly Example[] => {
    const path = resolve(folder, 'README.md')
    const codes = existsSync(path) ? runnableExamples(readFileSync(path, 'utf8')) : []
    if (codes.length === 0) problems.push(`${name}: README.md has no \`\`\`ts runnable block`)
    mkdirSync(scratchOf(folder), { recursive: true })
    return codes.map((code, index) => {
      const file = resolve(scratchOf(folder), `example-${index}.ts`)
      writeFileSync(file, code)
      return { what: `${name}: example ${index + 1} of README.md`, folder, file }
    })
  })
  problems.push(...compile(examples), ...(await mapInParallel(examples, runExample)).flat())
  report('readme', problems, `${packages.length} READMEs compiled and run`)
} finally {
  for (const { folder } of packages) rmSync(scratchOf(folder), { recursive: true, force: true })
  rmSync(config, { force: true })
}

/** Compiles all examples together. Separate compilations would each check the sources of the libraries again. */
function compile(examples: readonly Example[]): readonly string[] {
  mkdirSync(resolve(root, '.tmp'), { recursive: true })
  writeFileSync(
    config,
    JSON.stringify({
      extends: '../tsconfig.base.json',
      compilerOptions: { types: ['node'] },
      files: examples.map(({ file }) => relative(resolve(root, '.tmp'), file)),
    }),
  )
  const compiled = run('tsc', ['-p', config], { cwd: root, timeoutMs: compileTimeoutMs })
  return compiled.ok ? [] : [`the examples do not compile\n${compiled.output}`]
}

async function runExample({ what, folder, file }: Example): Promise<readonly string[]> {
  const ran = await runBeside('node', ['--conditions=@mcp/source', file], {
    cwd: folder,
    timeoutMs,
  })
  if (!ran.ok) return [`${what} does not run to its end\n${ran.output}`]
  return ran.output === '' ? [`${what} prints nothing`] : []
}
