import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'

import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

import { packPackages, tarballOf } from './pack-packages.ts'
import { report } from './report.ts'
import { run } from './run.ts'
import type { Package } from './workspace.ts'
import { readPublishedPackages } from './workspace.ts'

/** The files that a published package may contain. */
const allowed =
  /^package\/(package\.json|README\.md|LICENSE|CHANGELOG\.md|(dist|src|web)\/[\w./-]+|[a-z-]+\/assets\/.+)$/
const refused = /\.(test|test-d)\.ts$|\/\.|fixture/

const scratch = mkdtempSync(resolve(tmpdir(), 'mcp-pack-'))
try {
  const packages = readPublishedPackages()
  const packed = packPackages(packages, scratch)
  const problems = packed.ok ? [] : [`the packages cannot be packed\n${packed.output}`]
  for (const each of packages) problems.push(...(await checkPackage(each)))
  report('pack', problems, `${packages.length} packages packed and linted`)
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

async function checkPackage(each: Package): Promise<string[]> {
  const { name, entryPoints } = each
  const tarball = tarballOf(each)
  if (!existsSync(resolve(scratch, tarball))) return [`${name} cannot be packed`]
  const files = run('tar', ['-tzf', tarball], { cwd: scratch }).output.split('\n')
  const problems = files
    .filter((file) => !allowed.test(file) || refused.test(file))
    .map((file) => `${name} would publish ${file}`)
  for (const needed of ['README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts']) {
    if (!files.includes(`package/${needed}`)) problems.push(`${name} would miss ${needed}`)
  }
  if (entryPoints.length === 0) problems.push(`${name} exports nothing`)
  return [...problems, ...(await lint(each, resolve(scratch, tarball)))]
}

async function lint({ name }: Package, tarball: string): Promise<string[]> {
  const { buffer } = new Uint8Array(readFileSync(tarball))
  const { messages, pkg } = await publint({
    strict: true,
    pack: { tarball: buffer },
  })
  return messages.map((message) => `${name}: ${formatMessage(message, pkg) ?? message.code}`)
}
