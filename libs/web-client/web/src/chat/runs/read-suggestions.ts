const plannerId = 'offline-planner'
const heading = 'These would work:\n\n'

/**
 * Returns the prompts that the offline planner suggests in a response, if it could not match the prompt.
 * A response of another provider has none.
 */
export function readSuggestions(provider: string | undefined, text: string): readonly string[] {
  const start = text.lastIndexOf(heading)
  if (provider !== plannerId || start === -1) return []
  const lines = text.slice(start + heading.length).split('\n')
  const end = lines.findIndex((line) => !line.startsWith('- '))
  return lines.slice(0, end === -1 ? undefined : end).map((line) => line.slice(2))
}
