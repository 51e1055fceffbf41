import { mapInParallel, runBeside } from './run.ts'
import { root } from './workspace.ts'

const timeoutMs = 1_200_000

/**
 * The npm scripts that check the workspace, in steps. The scripts of a step run at the same time, as many as
 * there are processors, because most of them use one. The longest ones are first.
 */
const parts: Readonly<Record<string, readonly (readonly string[])[]>> = {
  static: [
    [
      'build',
      'typecheck',
      'lint',
      'check:docs',
      'check:unused',
      'check:language',
      'format:check',
      'check:environment',
      'check:compose',
      'check:layers',
      'check:structure',
    ],
  ],
  running: [
    // The examples of the READMEs are written into the packages, so no check that packs them runs meanwhile.
    ['check:readme', 'bench:quick'],
    ['check:consumer -- --quick', 'soak:quick', 'check:pack', 'check:changesets'],
  ],
}

/** Runs the checks of a part. After a failure, the other checks of its step still run. */
const steps = parts[process.argv[2] ?? '']
if (steps === undefined) throw new Error(`Use one of ${Object.keys(parts).join(', ')}.`)
for (const step of steps) {
  const failures: string[] = []
  await mapInParallel(step, async (script) => {
    const startedAt = performance.now()
    const command = ['run', '--silent', ...script.split(' ')]
    const { ok, output } = await runBeside('npm', command, { cwd: root, timeoutMs })
    const seconds = Math.round((performance.now() - startedAt) / 1000)
    console.log(`${script}: ${ok ? 'passed' : 'failed'} in ${seconds} s`)
    if (ok) console.log(output)
    else failures.push(`${script} failed:\n${output}`)
  })
  for (const failure of failures) console.error(failure)
  if (failures.length > 0) process.exit(1)
}
