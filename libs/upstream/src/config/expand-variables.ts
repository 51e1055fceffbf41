/** Environment variables by name. */
export type Variables = Readonly<Record<string, string | undefined>>

/** A text with the values of its variables, or the problem of the first variable without a value. */
export type Expanded = { readonly value: string } | { readonly problem: string }

const namePattern = /^[A-Za-z_][A-Za-z0-9_]*$/

/**
 * Replaces `${NAME}`, `${env:NAME}` and `${NAME:-default}` in a text. As in a shell, the default also
 * replaces an empty value. A dollar sign without a brace is an ordinary character.
 *
 * @example
 * expandVariables('Bearer ${TOKEN}', { TOKEN: 'abc' }) // { value: 'Bearer abc' }
 */
export function expandVariables(text: string, variables: Variables): Expanded {
  let problem: string | undefined
  const value = text.replaceAll(/\$\{([^}]*)\}/g, (_found, reference: string) => {
    const { name, fallback } = parseReference(reference)
    if (!namePattern.test(name)) {
      problem ??= `"${describeReference(reference)}" is not a variable of the environment. Write \${NAME}, \${NAME:-default} or \${env:NAME}`
      return ''
    }
    const current = variables[name]
    if (fallback !== undefined && (current === undefined || current === '')) return fallback
    if (current !== undefined) return current
    problem ??= `the variable ${name} is not set. Set it, or write \${${name}:-default}`
    return ''
  })
  return problem === undefined ? { value } : { problem }
}

/** Returns a malformed reference without its text, which may be a secret. Visual Studio Code has `${input:key}`. */
function describeReference(reference: string): string {
  const [prefix = ''] = /^(?:input|command|config|file):/.exec(reference) ?? []
  return `\${${prefix}…}`
}

function parseReference(reference: string): { name: string; fallback: string | undefined } {
  const text = reference.startsWith('env:') ? reference.slice('env:'.length) : reference
  const at = text.indexOf(':-')
  return at === -1
    ? { name: text, fallback: undefined }
    : { name: text.slice(0, at), fallback: text.slice(at + 2) }
}
