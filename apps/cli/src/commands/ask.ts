import { isRecord } from '@mcp/protocol/light'

import { sendProcess } from '../calls/send-call.ts'
import { operationExitCode, usageError } from '../output/exit-codes.ts'
import { readInput } from './call.ts'
import type { RemoteCommand } from './run-remote.ts'

export const ask: RemoteCommand = {
  name: 'ask',
  usage: '<prompt>',
  description:
    'Runs a prompt or a direct form, such as "select 1", and prints the response. Text on standard input is appended.',
  values: { model: 'Name of the model. Default: that of the hub.' },
  flags: { envelope: 'Print the response envelope in place of the response.' },
  maxWords: Number.POSITIVE_INFINITY,
  async run({ connect, output, signal, words, values, flags }) {
    const input = process.stdin.isTTY ? '' : await readInput()
    const prompt = [words.join(' '), input.trimEnd()].filter((part) => part !== '').join('\n\n')
    if (prompt === '') throw usageError('The prompt is missing.')
    const body = { prompt, model: values['model'] }
    const response = await sendProcess(await connect(), body, signal)
    if (response.status === 'error') {
      output.note(`mcp ask: ${response.error.message} (${response.error.code})`)
      return operationExitCode(response.error)
    }
    const { result } = response
    const text = isRecord(result) ? result['response'] : undefined
    if (flags.has('envelope')) output.data(response.envelope)
    else if (flags.has('json') || typeof text !== 'string') output.data(result)
    else output.text(`${text}\n`)
    return undefined
  },
}
