import { formatCell } from '../../output/table.ts'

/** Returns the longest text with which all of the texts begin. */
export function commonPrefix([first = '', ...others]: readonly string[]): string {
  let length = first.length
  for (const other of others) {
    while (!other.startsWith(first.slice(0, length))) length--
  }
  return first.slice(0, length)
}

/** Arranges candidates in columns, without the part that all of them share. */
export function showCandidates(
  candidates: readonly string[],
  { width, maxRows }: { readonly width: number; readonly maxRows: number },
): string[] {
  const shared = /^.*[./=]/s.exec(commonPrefix(candidates))?.[0].length ?? 0
  const names = candidates.map((candidate) => formatCell(candidate.slice(shared)).trimEnd())
  const cellWidth = Math.min(width, Math.max(...names.map((name) => name.length)) + 2)
  const columns = Math.max(1, Math.floor(width / cellWidth))
  const rows = Math.ceil(names.length / columns)
  const lines = Array.from({ length: rows }, (_, row) =>
    names
      .filter((_name, index) => index % rows === row)
      .map((name) => name.slice(0, width - 1).padEnd(cellWidth))
      .join('')
      .trimEnd(),
  )
  if (rows <= maxRows) return lines
  const shown = lines.slice(0, maxRows - 1)
  return [...shown, `… ${names.length} in total. Type more to see fewer.`]
}
