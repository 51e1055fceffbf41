import { createSocket } from 'node:dgram'
import { hostname } from 'node:os'

import type { AuditSink } from '../audit/create-audit.ts'

// Facility 13 is "log audit", severity 6 is "informational".
const priority = 13 * 8 + 6
const maxBytes = 8192

/**
 * Creates an audit log that sends each line to a syslog server over UDP (RFC 5424 and RFC 5426). A message is
 * cut to 8,192 bytes. UDP does not confirm a line. If the system reports a failure, the next `write` throws it.
 */
export function createSyslogSink(host: string, port: number): AuditSink {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
  socket.unref()
  let failure: Error | undefined
  socket.on('error', (error) => {
    failure = error
  })
  const machine = hostname().slice(0, 255) || '-'

  return {
    write(line) {
      const header = `<${priority}>1 ${new Date().toISOString()} ${machine} mcp ${process.pid} audit -`
      const message = Buffer.from(`${header} ${line}`)
      const last = failure
      failure = undefined
      socket.send(message.subarray(0, maxBytes), port, host, (error) => {
        if (error !== null) failure = error
      })
      if (last !== undefined) throw last
    },
    close: () => socket.close(),
  }
}

/** Creates an audit log on the standard output. */
export function createOutputSink(write: (text: string) => void): AuditSink {
  return { write: (line) => write(`${line}\n`), close() {} }
}
