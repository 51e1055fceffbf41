import ts from 'typescript'

export interface Piece {
  readonly kind: 'comment' | 'string' | 'identifier' | 'document'
  readonly text: string
  readonly line: number
}

/** Returns the comments, the strings of several words, and the declared names of a source file. */
export function sourceText(path: string, content: string): Piece[] {
  const source = ts.createSourceFile(path, content, ts.ScriptTarget.Latest, true)
  const lineOf = (position: number): number =>
    source.getLineAndCharacterOfPosition(position).line + 1
  const pieces: Piece[] = commentsOf(source, content, lineOf)

  const visit = (node: ts.Node): void => {
    if (isText(node) && /\s/.test(node.text.trim())) {
      pieces.push({ kind: 'string', text: node.text, line: lineOf(node.getStart(source)) })
    }
    if (ts.isIdentifier(node) && isDeclaredName(node)) {
      pieces.push({ kind: 'identifier', text: node.text, line: lineOf(node.getStart(source)) })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return pieces
}

/** Returns the paragraphs of a document without its code. */
export function markdownText(content: string): Piece[] {
  const prose = content
    .replaceAll(/^```[\s\S]*?^```/gm, (block) => block.replaceAll(/[^\n]/g, ''))
    .replaceAll(/`[^`\n]*`/g, '`code`')
  return prose
    .split('\n')
    .map((text, index): Piece => ({ kind: 'document', text, line: index + 1 }))
    .filter(({ text }) => text.trim() !== '')
}

function isText(node: ts.Node): node is ts.LiteralLikeNode {
  return ts.isStringLiteralLike(node) || ts.isTemplateLiteralToken(node)
}

function isDeclaredName(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent)) return false
  return 'name' in parent && parent.name === node && !ts.isPropertyAccessExpression(parent)
}

/** Returns the comments. Line comments in adjacent lines count as one comment. */
function commentsOf(
  source: ts.SourceFile,
  content: string,
  lineOf: (position: number) => number,
): Piece[] {
  const ranges = new Map<number, ts.CommentRange>()
  const collect = (node: ts.Node): void => {
    const found = [
      ...(ts.getLeadingCommentRanges(content, node.getFullStart()) ?? []),
      ...(ts.getTrailingCommentRanges(content, node.getEnd()) ?? []),
    ]
    for (const range of found) ranges.set(range.pos, range)
    for (const child of node.getChildren(source)) collect(child)
  }
  collect(source)

  const comments: { text: string; line: number; lastLine: number; isLine: boolean }[] = []
  for (const { pos, end, kind } of Array.from(ranges.values()).toSorted((a, b) => a.pos - b.pos)) {
    const text = plainComment(content.slice(pos, end))
    const line = lineOf(pos)
    const isLine = kind === ts.SyntaxKind.SingleLineCommentTrivia
    const last = comments.at(-1)
    if (isLine && last?.isLine === true && last.lastLine === line - 1) {
      last.text += ` ${text}`
      last.lastLine = line
    } else {
      comments.push({ text, line, lastLine: lineOf(end), isLine })
    }
  }
  return comments.map(({ text, line }) => ({ kind: 'comment', text, line }))
}

function plainComment(raw: string): string {
  return raw
    .replace(/^\/\*+|\*\/$/g, '')
    .replaceAll(/^\s*(\*|\/\/)\s?/gm, '')
    .replaceAll(/`[^`]*`/g, '`code`')
    .replaceAll(/@example[\s\S]*?(?=\n@|$)/g, '')
    .trim()
}
