import type { AgentTool } from './agent-tool.ts'
import { operationName, operationPath } from '../approvals/operation-pattern.ts'
import { searchWords } from './search-words.ts'

/** Maximum number of tools that a prompt names by words, such as "multiply". */
const maxByWords = 4

/**
 * Returns the tools that a prompt names: by a name of the tool or the operation with `_` or `.`, or by all
 * words of the name of the operation. `ranked` are the tools that match the prompt, the best first.
 */
export function namedTools(
  tools: readonly AgentTool[],
  ranked: readonly AgentTool[],
  prompt: string,
): AgentTool[] {
  const text = prompt.toLowerCase()
  const isExact = ({ name, operation }: AgentTool) =>
    [name, operationName(operation), operationPath(operation)].some(
      (known) => /[_.]/.test(known) && text.includes(known.toLowerCase()),
    )
  const words = new Set(searchWords(prompt))
  const byWords = ranked.filter(({ operation }) => {
    const needed = searchWords(operation.operation)
    return needed.length > 0 && needed.every((word) => words.has(word))
  })
  return [...new Set([...tools.filter(isExact), ...byWords.slice(0, maxByWords)])]
}
