import { isRecord } from '@mcp/protocol/light'

import type { FoundOperation } from '../calls/find-operation.ts'
import { findOperation } from '../calls/find-operation.ts'
import type { Payload } from '../calls/read-arguments.ts'
import { issueArguments, readArguments } from '../calls/read-arguments.ts'
import { argumentText } from '../calls/schema-text.ts'
import { sendCall } from '../calls/send-call.ts'
import { operationExitCode, usageError } from '../output/exit-codes.ts'
import { readServers } from '../remote/catalogue.ts'
import type { CommandContext, RemoteCommand } from './run-remote.ts'
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
    const name = onlyWord(context, 'The name of the operation')
    const found = findOperation(await readServers(await context.connect(), context.signal), name)
    return makeCall(context, found, await readCallArguments(context, found, context.words.slice(1)))
  },
}

/** Reads the arguments of a call from the words and the options of a command. */
export function readCallArguments(
  { values }: CommandContext,
  found: FoundOperation,
  words: readonly string[],
  saved?: Payload,
): Promise<Payload> {
  return readArguments(found, { saved, words, args: values['args'], readFile, readInput })
}

/** Makes a call, and prints its result. Resolves with the exit code, or undefined if the call succeeded. */
export async function makeCall(
  { connect, output, signal, flags, command }: CommandContext,
  { entry }: FoundOperation,
  payload: Payload,
): Promise<number | undefined> {
  const response = await sendCall(await connect(), entry.type, payload, signal)
  if (flags.has('envelope')) output.data(response.envelope)
  else if (response.status === 'success') output.data(response.result)
  if (response.status === 'success') return undefined
  const { error } = response
  output.note(`mcp ${command}: ${error.message} (${error.code})`)
  const issues = isRecord(error.details) ? error.details['issues'] : undefined
  for (const argument of issueArguments(entry, issues)) {
    output.note(`  ${argumentText(argument)}`)
  }
  return operationExitCode(error)
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
