import { didYouMean, nearNames } from '@mcp/protocol/light'

import { usageError } from '../output/exit-codes.ts'
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
  actions: Object.keys(scripts),
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
