import { resolve } from 'node:path'

const installed = resolve(import.meta.dirname, '../../node_modules')
const root = resolve(import.meta.dirname, '../../../..')

/** A program that a client starts, and talks to over its standard input and output. */
export interface Command {
  readonly command: string
  readonly args: readonly string[]
}

/** The endpoint that a client uses: its URL, or a program that connects to it. */
export type Target = { readonly url: string } | Command

const command = (...args: readonly string[]): Command => ({ command: process.execPath, args })

/**
 * The ways in which clients reach an endpoint. Each function returns the target for the URL of the endpoint.
 */
export const connections = {
  http: (url: string): Target => ({ url }),
  'mcp-remote': (url: string): Command =>
    command(
      resolve(installed, 'mcp-remote/dist/proxy.js'),
      url,
      '--transport',
      'http-only',
      '--allow-http',
    ),
  'mcp stdio --url': (url: string): Command => mcp('stdio', '--url', url),
} satisfies Readonly<Record<string, (url: string) => Target>>

/** Returns the command `mcp` of this repository. */
export function mcp(...args: readonly string[]): Command {
  const program = resolve(root, 'apps/cli/src/main.ts')
  return command('--conditions=@mcp/source', '--import', '@mcp/node/preload', program, ...args)
}

/** Returns a command that runs another command, and records its standard output in a file. */
export function recorded({ command: program, args }: Command, file: string): Command {
  return command(resolve(import.meta.dirname, 'recorder.ts'), file, program, ...args)
}
