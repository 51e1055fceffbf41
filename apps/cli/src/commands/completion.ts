import { didYouMean, nearNames } from '@mcp/protocol/light'

import { argumentsOf } from '../calls/read-arguments.ts'
import { findOperation } from '../calls/find-operation.ts'
import { usageError } from '../output/exit-codes.ts'
import { entriesOf, readServers } from '../remote/catalogue.ts'
import { openConnection } from '../remote/open-connection.ts'
import type { RemoteCommand } from './run-remote.ts'
import { onlyWord } from './run-remote.ts'

const scripts: Readonly<Record<string, string>> = {
  bash: `_mcp() {
  local line=\${COMP_LINE:0:COMP_POINT} word
  word=\${line##*[[:space:]]}
  COMPREPLY=($(mcp complete "$line" 2>/dev/null))
  # Readline replaces only the part after the last "=" or ":".
  local head=\${word%"\${word##*[=:]}"}
  COMPREPLY=("\${COMPREPLY[@]#"$head"}")
}
complete -o nospace -o default -F _mcp mcp`,
  zsh: `#compdef mcp
_mcp() {
  local -a found
  found=(\${(f)"$(mcp complete "$LBUFFER" 2>/dev/null)"})
  compadd -S '' -- $found
}
compdef _mcp mcp`,
  fish: `complete -c mcp -f -a '(mcp complete (commandline -cp) 2>/dev/null)'`,
  powershell: `Register-ArgumentCompleter -Native -CommandName mcp -ScriptBlock {
  param($word, $ast, $position)
  $line = $ast.ToString().PadRight($position).Substring(0, $position)
  mcp complete $line 2>$null | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_)
  }
}`,
}

export const completion: RemoteCommand = {
  name: 'completion',
  usage: 'bash|zsh|fish|powershell',
  description: 'Prints the script with which a shell completes commands, operations and arguments.',
  maxWords: 1,
  async run(context) {
    const shell = onlyWord(context, 'The name of the shell')
    const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined
    if (script === undefined) {
      const near = nearNames(shell, Object.keys(scripts))
      throw usageError(`Unknown shell "${shell}"${didYouMean(near)}`)
    }
    context.output.text(`${script}\n`)
  },
}

const maxWaitMs = 2000

/** Prints what may follow in a command line, one candidate per line. */
export async function complete(
  [line = '']: readonly string[],
  commands: readonly string[],
): Promise<void> {
  const [, command, ...words] = line.trimStart().split(/\s+/)
  const last = words.at(-1)
  const found =
    last === undefined || command === undefined
      ? commands.map((name) => `${name} `)
      : await completeWords(command, words).catch(() => [])
  const typed = last ?? command ?? ''
  const matching = found.filter((candidate) => candidate.startsWith(typed))
  process.stdout.write(matching.map((candidate) => `${candidate.trimEnd()}\n`).join(''))
}

async function completeWords(command: string, words: readonly string[]): Promise<string[]> {
  if (command === 'completion') return Object.keys(scripts)
  if (!['call', 'describe', 'operations'].includes(command)) return []
  const signal = AbortSignal.timeout(maxWaitMs)
  const connection = await openConnection({ url: undefined, isHub: false, data: undefined, signal })
  try {
    const servers = await readServers(connection, signal)
    if (command === 'operations') return servers.map(({ name }) => name)
    const [name = ''] = words
    if (words.length === 1) return entriesOf(servers).map((entry) => entry.name)
    const { entry } = findOperation(servers, name)
    return command === 'call' ? argumentsOf(entry).map((argument) => `${argument.name}=`) : []
  } finally {
    await connection.close()
  }
}
