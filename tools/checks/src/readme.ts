import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'

import { report } from './report.ts'
import { run } from './run.ts'
import { runnableExamples } from './runnable-examples.ts'
import type { Package } from './workspace.ts'
import { readPublishedPackages, root } from './workspace.ts'

const timeoutMs = 60_000

const packages = readPublishedPackages()
report('readme', packages.flatMap(checkReadme), `${packages.length} READMEs compiled and run`)

/** Checks that the README of a library has a complete example that compiles and runs. */
function checkReadme({ name, folder }: Package): string[] {
  const path = resolve(folder, 'README.md')
  if (!existsSync(path)) return [`${name} has no README.md`]
  const examples = runnableExamples(readFileSync(path, 'utf8'))
  if (examples.length === 0) return [`${name}: README.md has no \`\`\`ts runnable block`]

  // The examples are in the package, so that imports resolve as they do in its sources.
  const scratch = resolve(folder, 'src/.readme')
  mkdirSync(scratch, { recursive: true })
  try {
    return examples.flatMap((example, index) =>
      checkExample(`${name}: example ${index + 1} of README.md`, example, folder, scratch, index),
    )
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

function checkExample(
  what: string,
  example: string,
  folder: string,
  scratch: string,
  index: number,
): string[] {
  const file = resolve(scratch, `example-${index}.ts`)
  const config = resolve(scratch, 'tsconfig.json')
  writeFileSync(file, example)
  writeFileSync(
    config,
    JSON.stringify({
      extends: resolve(root, 'tsconfig.base.json'),
      compilerOptions: { types: ['node'] },
      files: [file],
    }),
  )
  const compiled = run('tsc', ['-p', config], { cwd: folder, timeoutMs })
  if (!compiled.ok) return [`${what} does not compile\n${compiled.output}`]
  const ran = run('node', ['--conditions=@mcp/source', file], { cwd: folder, timeoutMs })
  if (!ran.ok) return [`${what} does not run to its end\n${ran.output}`]
  return ran.output === '' ? [`${what} prints nothing`] : []
}
