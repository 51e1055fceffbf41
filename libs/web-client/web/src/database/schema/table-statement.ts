const plainName = /^[a-z_][a-z0-9_]*$/

/** Returns the statement that reads a table, with the quotes that the dialect needs. */
export function tableStatement(
  { schema, name }: { readonly schema: string; readonly name: string },
  dialect: string,
): string {
  const defaults = ['public', 'main']
  const parts = defaults.includes(schema) ? [name] : [schema, name]
  return `SELECT *\nFROM ${parts.map((part) => quoteName(part, dialect)).join('.')}`
}

function quoteName(name: string, dialect: string): string {
  if (plainName.test(name)) return name
  const quote = dialect === 'mysql' ? '`' : '"'
  return `${quote}${name.replaceAll(quote, quote + quote)}${quote}`
}
