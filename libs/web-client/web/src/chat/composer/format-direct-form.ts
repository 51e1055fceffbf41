const simpleName = /^[\w-]+(?:\.[\w-]+)*$/
const simpleText = /^[A-Za-z/][\w./:@-]*$/
const words = new Set(['true', 'false', 'null'])

/**
 * Returns the direct form of a call, which runs exactly these arguments.
 *
 * @example
 * formatDirectForm('roots.readFile', { root: 'workspace', path: 'a b.md' })
 * // '/roots.readFile root=workspace path:="a b.md"'
 */
export function formatDirectForm(
  operation: string,
  args: Readonly<Record<string, unknown>>,
): string {
  const entries = Object.entries(args).filter(([, value]) => value !== undefined)
  if (entries.length === 0) return `/${operation}`
  if (!entries.every(([name]) => simpleName.test(name))) {
    return `/${operation} ${JSON.stringify(Object.fromEntries(entries))}`
  }
  return [`/${operation}`, ...entries.map(([name, value]) => formatPair(name, value))].join(' ')
}

function formatPair(name: string, value: unknown): string {
  const isSimple = typeof value === 'string' && simpleText.test(value) && !words.has(value)
  return isSimple ? `${name}=${value}` : `${name}:=${JSON.stringify(value)}`
}
