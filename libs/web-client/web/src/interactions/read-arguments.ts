/** Arguments that the user edits as JSON. */
export type EditedArguments =
  | { readonly arguments: Readonly<Record<string, unknown>> }
  | { readonly problem: string }

/** Parses edited arguments. The problem contains the line of a syntax error. */
export function readArguments(text: string): EditedArguments {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const message = error instanceof Error ? error.message : ''
    const position = /position (\d+)/.exec(message)?.[1]
    const line = position === undefined ? '' : ` in line ${lineAt(text, Number(position))}`
    return { problem: `Invalid JSON${line}.` }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { problem: 'The arguments must be a JSON object.' }
  }
  return { arguments: Object.fromEntries(Object.entries(value)) }
}

function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length
}
