import { isRecord } from '@mcp/protocol/light'

import { findOperation } from '../calls/find-operation.ts'
import { issueArguments, readArguments } from '../calls/read-arguments.ts'
import { argumentText } from '../calls/schema-text.ts'
import { sendCall } from '../calls/send-call.ts'
import { operationExitCode, usageError } from '../output/exit-codes.ts'
import { readServers } from '../remote/catalogue.ts'
import type { RemoteCommand } from './run-remote.ts'
import { onlyWord } from './run-remote.ts'

export const call: RemoteCommand = {
  name: 'call',
  usage: '<server>[.<target>].<operation> [name=value] [name:=JSON] [@file] [-]',
  description:
    'Calls an operation, and prints its result. Values have the type of the schema; @file and - (standard input) contain a JSON object.',
  values: { args: 'Arguments as a JSON object.' },
  flags: { envelope: 'Print the response envelope in place of the result.' },
  maxWords: Number.POSITIVE_INFINITY,
  async run(context) {
    const { connect, output, signal, values, flags } = context
    const name = onlyWord(context, 'The name of the operation')
    const connection = await connect()
    const found = findOperation(await readServers(connection, signal), name)
    const payload = await readArguments(found, {
      words: context.words.slice(1),
      args: values['args'],
      readFile,
      readInput,
    })
    const response = await sendCall(connection, found.entry.type, payload, signal)
    if (flags.has('envelope')) output.data(response.envelope)
    else if (response.status === 'success') output.data(response.result)
    if (response.status === 'success') return undefined
    const { error } = response
    output.note(`mcp call: ${error.message} (${error.code})`)
    const issues = isRecord(error.details) ? error.details['issues'] : undefined
    for (const argument of issueArguments(found.entry, issues)) {
      output.note(`  ${argumentText(argument)}`)
    }
    return operationExitCode(error)
  },
}

async function readFile(path: string): Promise<string> {
  const fs = await import('node:fs/promises')
  return fs.readFile(path, 'utf8').catch((cause: Error) => {
    throw usageError(`Cannot read "${path}": ${cause.message}`)
  })
}

/** Reads standard input to its end. */
export async function readInput(): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}
