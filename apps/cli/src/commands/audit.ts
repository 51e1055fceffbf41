import { exitCodes, usageError } from '../output/exit-codes.ts'
import type { RemoteCommand } from './run-remote.ts'

export const audit: RemoteCommand = {
  name: 'audit',
  usage: 'verify <file>',
  description:
    'Verifies the hash chain of an audit file and of the earlier files beside it: no line was changed, removed or added.',
  actions: ['verify'],
  maxWords: 2,
  async run({ words: [action, file], output }) {
    if (action !== 'verify' || file === undefined) throw usageError('Use: mcp audit verify <file>')
    const { earlierFiles, verifyAudit } = await import('@mcp/policy/node')
    const { lines, problems } = await verifyAudit([...earlierFiles(file), file])
    output.table(
      ['problem'],
      problems.map((problem) => [problem]),
      { lines, problems },
    )
    output.note(`${lines} lines, ${problems.length} problems.`)
    return problems.length === 0 ? exitCodes.done : exitCodes.failed
  },
}
