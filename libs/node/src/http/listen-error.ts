import { McpError } from '@mcp/protocol'

/** Returns the error for a port that could not be opened, with the remedy. */
export function listenError(
  cause: unknown,
  { port, host, variable }: { port: number; host: string; variable?: string | undefined },
): McpError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  const setting = variable === undefined ? 'another port' : `${variable} to another port`
  return new McpError('unavailable', message(), { cause, details: { port, reason: code } })

  function message(): string {
    if (code === 'EADDRINUSE') {
      return `Port ${port} is in use. Set ${setting}, or stop the program that uses it.${airPlay(port)}`
    }
    if (code === 'EACCES') {
      return `This user may not open port ${port}. Set ${setting} above 1023.`
    }
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
      return `"${host}" is not an address of this machine. Set HOST to 127.0.0.1, or to 0.0.0.0 for all addresses.`
    }
    return `Port ${port} on ${host} could not be opened (${String(code)}).`
  }
}

/** Returns the error for a socket that could not be opened, with the remedy. */
export function socketError(cause: unknown, path: string): McpError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  const remedy =
    code === 'EADDRINUSE'
      ? 'Remove the file if no program uses it.'
      : 'Its folder must exist, be writable and have a short path.'
  const message = `The socket "${path}" cannot be opened (${String(code)}). ${remedy}`
  return new McpError('unavailable', message, { cause, details: { reason: code } })
}

function airPlay(port: number): string {
  return port === 5000 && process.platform === 'darwin'
    ? ' On macOS the AirPlay receiver uses 5000: switch it off under General, AirDrop & Handoff.'
    : ''
}
