import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'

/** Runs a program, and copies its standard output to a file as well. */
const [file = '', command = '', ...args] = process.argv.slice(2)
const child = spawn(command, args, { stdio: ['inherit', 'pipe', 'inherit'] })
const copy = createWriteStream(file)
child.stdout.on('data', (chunk: Buffer) => {
  copy.write(chunk)
  process.stdout.write(chunk)
})
child.once('exit', (code) => {
  process.exitCode = code ?? 1
})
