import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'

import * as ts from 'typescript'

// The scope is inserted into the source, so that the check of layers does not take these lines for imports of
// this file.
const scope = '@mcp'

const source = `import { createClient } from '${scope}/client'
import { defineContract, operation } from '${scope}/protocol'
import * as z from 'zod'

const jobs = defineContract({
  name: 'jobs',
  type: 'job-running',
  target: 'job',
  version: '1.0.0',
  operations: {
    /** Adds up the hours. */
    total: operation({
      title: 'Total',
      description: 'Adds up the hours.',
      params: () => z.object({ job: z.string() }),
      result: () => z.object({ hours: z.number() }),
      chunk: () => z.object({ step: z.number() }),
      examples: [{ params: { job: 'a' } }],
    }),
  },
})
const session = await createClient({ url: 'http://localhost:5000', contracts: [jobs] }).connect()
await session.jobs.total({ job: 'a' })
await session.database.listTables()
await session.roots.readFile({ root: 'home', path: 'a' })
`

/** Texts that an editor must show for a method of `session`. The keys are the paths of the methods. */
const expected = {
  'jobs.total': [
    '(params: { job: string; }, options?: CallOptions<{ step: number; }> | undefined) => Promise<{ hours: number; }>',
    'Adds up the hours.',
  ],
  'database.listTables': ['Lists tables and views'],
  'roots.readFile': ['Reads a file or a part of it'],
}

/** Checks what an editor shows for operations, with the language service of TypeScript. */
export function checkHover(folder: string): string[] {
  const file = resolve(folder, 'hover.ts')
  writeFileSync(file, source)
  const service = ts.createLanguageService({
    getCompilationSettings: () => ({
      module: ts.ModuleKind.NodeNext,
      target: ts.ScriptTarget.ES2022,
      strict: true,
      skipLibCheck: true,
    }),
    getScriptFileNames: () => [file],
    getScriptVersion: () => '1',
    getScriptSnapshot: (name) => {
      const text = ts.sys.readFile(name)
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
    },
    getCurrentDirectory: () => folder,
    getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
    fileExists: (path) => ts.sys.fileExists(path),
    readFile: (path) => ts.sys.readFile(path),
    directoryExists: (path) => ts.sys.directoryExists(path),
    getDirectories: (path) => ts.sys.getDirectories(path),
    realpath: (path) => ts.sys.realpath?.(path) ?? path,
  })
  const problems = Object.entries(expected).flatMap(([operation, texts]) => {
    const position = source.indexOf(`session.${operation}(`) + `session.${operation}`.length - 1
    const info = service.getQuickInfoAtPosition(file, position)
    const parts = [...(info?.displayParts ?? []), ...(info?.documentation ?? [])]
    const shown = parts
      .map(({ text }) => text)
      .join('')
      .replaceAll(/\s+/g, ' ')
    return texts
      .filter((text) => !shown.includes(text))
      .map((text) => `an editor does not show "${text}" for ${operation}, but: ${shown}`)
  })
  service.dispose()
  return problems
}
