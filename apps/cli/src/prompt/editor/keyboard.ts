import type { Key } from 'node:readline'
import { emitKeypressEvents } from 'node:readline'

import { stripControls } from '../../output/terminal-text.ts'

/** A key, or a pasted text as one key with the name `paste`. */
export interface KeyPress {
  readonly text: string | undefined
  readonly key: Key
}

/** The keys of a terminal. */
export interface Keyboard {
  /**
   * Sends each key to a handler until the returned function is called. A key is kept if there is no handler,
   * or if the handler returns false because it does not use the key.
   */
  listen(handler: KeyHandler): () => void
  /** Sends the kept keys to the current handler. The rest stays kept if the handler is released meanwhile. */
  replay(): void
  /** Stops the process like Ctrl-Z in a shell, and calls back when it continues. Does nothing on Windows. */
  suspend(onContinue: () => void): void
  close(): void
}

type KeyHandler = (press: KeyPress) => boolean | void

export interface KeyboardInput extends NodeJS.ReadableStream {
  setRawMode?: ((isRaw: boolean) => unknown) | undefined
}

const maxAhead = 10_000
// After the first sequence, terminals mark the start and the end of pasted text.
const startMarking = '\u001b[?2004h'
const stopMarking = '\u001b[?2004l'

/** Reads keys from a terminal until `close` is called. The terminal does not echo the keys. */
export function createKeyboard(
  input: KeyboardInput,
  output: Pick<NodeJS.WritableStream, 'write'>,
): Keyboard {
  const ahead: KeyPress[] = []
  let handler: KeyHandler | undefined
  let pasted: string | undefined

  function press(each: KeyPress): void {
    const isUsed = handler !== undefined && handler(each) !== false
    if (!isUsed && ahead.length < maxAhead) ahead.push(each)
  }

  function onKey(text: string | undefined, key: Key): void {
    if (key.name === 'paste-start') pasted = ''
    else if (key.name === 'paste-end') {
      const plain = stripControls((pasted ?? '').replace(/\r\n?/g, '\n')).replace(/\n+$/, '')
      pasted = undefined
      press({ text: plain, key: { name: 'paste' } })
    } else if (pasted === undefined) press({ text, key })
    else pasted += key.sequence ?? ''
  }

  function setRaw(isRaw: boolean): void {
    input.setRawMode?.(isRaw)
    output.write(isRaw ? startMarking : stopMarking)
  }

  // The mode of the terminal is restored for the shell, however the process ends.
  const restore = (): void => setRaw(false)
  process.on('exit', restore)
  emitKeypressEvents(input)
  input.on('keypress', onKey)
  setRaw(true)
  input.resume()

  return {
    listen(next) {
      const previous = handler
      handler = next
      return () => {
        if (handler === next) handler = previous
      }
    },
    replay() {
      const current = handler
      const presses = ahead.splice(0)
      for (const each of presses) {
        const isUsed = current !== undefined && handler === current && current(each) !== false
        if (!isUsed) ahead.push(each)
      }
    },
    suspend(onContinue) {
      if (process.platform === 'win32') return
      setRaw(false)
      process.once('SIGCONT', () => {
        setRaw(true)
        onContinue()
      })
      process.kill(process.pid, 'SIGTSTP')
    },
    close() {
      process.off('exit', restore)
      input.off('keypress', onKey)
      input.pause()
      restore()
    },
  }
}
