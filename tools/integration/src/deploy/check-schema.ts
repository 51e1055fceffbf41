import { resolve } from 'node:path'

import ts from 'typescript'
import * as z from 'zod'

import type { Manifest } from './manifests.ts'

/**
 * Checks manifests against the schemas that Kubernetes publishes. Returns the problems.
 *
 * `kubernetes-models` has the schemas as validators and as types. The validators check values, but accept unknown
 * fields, which Kubernetes drops or refuses. The types know every field, and the compiler reports any other one in an
 * object literal.
 */
export async function checkSchemas(manifests: readonly Manifest[]): Promise<string[]> {
  const invalid = await Promise.all(manifests.map(invalidValues))
  return [...invalid.flat(), ...unknownFields(manifests)]
}

const moduleOf = ({ apiVersion, kind }: Manifest): string =>
  `kubernetes-models/${apiVersion}/${kind}`

const modelSchema = z.custom<new (data: unknown) => { validate(): void }>(
  (value) => typeof value === 'function',
)

async function invalidValues(manifest: Manifest): Promise<string[]> {
  const { file, kind, name, value } = manifest
  const module: unknown = await import(moduleOf(manifest))
  const { [kind]: Model } = z.record(z.string(), modelSchema).parse({ ...Object(module) })
  if (Model === undefined) return [`${file}: unknown kind ${kind}`]
  try {
    new Model(value).validate()
    return []
  } catch (thrown) {
    return [
      `${file}: ${kind} ${name}: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
    ]
  }
}

function unknownFields(manifests: readonly Manifest[]): string[] {
  const lines = manifests.map((manifest, index) => {
    const { kind, value } = manifest
    const path = moduleOf(manifest)
    const type = `import(${JSON.stringify(path)}, { with: { 'resolution-mode': 'import' } }).I${kind}`
    return `export const m${index}: ${type} = ${JSON.stringify(value)}`
  })
  // The source exists only in memory. Its path is in this folder, so that the package resolves.
  const source = resolve(import.meta.dirname, 'manifests-in-memory.ts')
  const text = lines.join('\n')
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ESNext,
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
  }
  const files = ts.createCompilerHost(options)
  const host: ts.CompilerHost = {
    ...files,
    fileExists: (file) => file === source || files.fileExists(file),
    readFile: (file) => (file === source ? text : files.readFile(file)),
    getSourceFile: (file, ...rest) =>
      file === source
        ? ts.createSourceFile(file, text, ts.ScriptTarget.ESNext)
        : files.getSourceFile(file, ...rest),
  }
  const program = ts.createProgram([source], options, host)
  return ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => {
    const line = file?.getLineAndCharacterOfPosition(start).line ?? 0
    const { file: name, kind = '' } = manifests[line] ?? {}
    return `${name}: ${kind}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
  })
}
