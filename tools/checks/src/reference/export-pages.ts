import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'

import * as ts from 'typescript'

import type { Package } from '../workspace.ts'
import { root } from '../workspace.ts'

/** Returns one page per package with all exports and their signatures, by path below `docs/reference`. */
export function exportPages(packages: readonly Package[]): Map<string, string> {
  const entries = packages.flatMap((each) =>
    each.entryPoints.map((entryPoint) => ({ each, entryPoint, file: sourceOf(each, entryPoint) })),
  )
  const config = ts.readConfigFile(resolve(root, 'tsconfig.base.json'), (path) =>
    readFileSync(path, 'utf8'),
  )
  const { options } = ts.convertCompilerOptionsFromJson(Object(config.config).compilerOptions, root)
  const program = ts.createProgram({
    rootNames: entries.flatMap(({ file }) => file ?? []),
    options: { ...options, types: ['node'], typeRoots: [resolve(root, 'node_modules/@types')] },
  })
  const checker = program.getTypeChecker()
  const pages = new Map<string, string>()
  for (const { each, entryPoint, file } of entries) {
    const source = file === undefined ? undefined : program.getSourceFile(file)
    const symbol = source === undefined ? undefined : checker.getSymbolAtLocation(source)
    // Preloads and workers export nothing.
    if (symbol === undefined) continue
    const path = `api/${each.name.replace('@mcp/', '')}.md`
    const sections = checker
      .getExportsOfModule(symbol)
      .toSorted((left, right) => (left.name < right.name ? -1 : 1))
      .map((exported) => exportSection(exported, checker))
    const title = pages.get(path) ?? `# ${each.name}\n\nWritten by \`npm run docs\` from the types.`
    pages.set(path, [title, `## ${each.name}${entryPoint.slice(1)}`, ...sections].join('\n\n'))
  }
  return new Map(Array.from(pages, ([path, text]) => [path, `${text}\n`]))
}

function sourceOf({ folder }: Package, entryPoint: string): string | undefined {
  const manifest = Object(JSON.parse(readFileSync(resolve(folder, 'package.json'), 'utf8')))
  const source: unknown = manifest.exports[entryPoint]['@mcp/source']
  const file = typeof source === 'string' ? resolve(folder, source) : undefined
  return file !== undefined && existsSync(file) && file.endsWith('.ts') ? file : undefined
}

function exportSection(exported: ts.Symbol, checker: ts.TypeChecker): string {
  const symbol =
    exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported
  const comment = ts.displayPartsToString(symbol.getDocumentationComment(checker))
  const signatures = (symbol.declarations ?? []).map((declaration) =>
    signatureOf(declaration, checker),
  )
  const code = signatures.filter((signature) => signature !== '').join('\n')
  return [
    `### ${exported.name}`,
    ...(comment === '' ? [] : [comment]),
    `\`\`\`ts\n${code}\n\`\`\``,
  ].join('\n\n')
}

/** Returns the text of a declaration without its body, or an empty string for an implementation. */
function signatureOf(declaration: ts.Declaration, checker: ts.TypeChecker): string {
  if (ts.isFunctionDeclaration(declaration)) {
    const { body } = declaration
    const symbol = checker.getSymbolAtLocation(declaration.name ?? declaration)
    if (body !== undefined && (symbol?.declarations?.length ?? 1) > 1) return ''
    const text = declaration.getText()
    const end = body === undefined ? text.length : body.getStart() - declaration.getStart()
    return text
      .slice(0, end)
      .replace(/^export |^export async /, '')
      .trim()
  }
  if (ts.isVariableDeclaration(declaration)) {
    const type = checker.typeToString(
      checker.getTypeAtLocation(declaration),
      declaration,
      ts.TypeFormatFlags.NoTruncation,
    )
    const short = type.length > 1000 ? `${type.slice(0, 1000)} …` : type
    return `const ${declaration.name.getText()}: ${short}`
  }
  if (ts.isClassDeclaration(declaration)) {
    const members = declaration.members.flatMap((member) => {
      const isHidden =
        ts.getCombinedModifierFlags(member) &
        (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)
      if (isHidden) return []
      const body = 'body' in member ? member.body : undefined
      const text = member.getText()
      const isBlock = typeof body === 'object' && body !== null && ts.isBlock(Object(body))
      return [`  ${isBlock ? text.slice(0, text.indexOf('{')).trim() : text}`]
    })
    return `class ${declaration.name?.getText() ?? ''} {\n${members.join('\n')}\n}`
  }
  return declaration.getText().replace(/^export /, '')
}
