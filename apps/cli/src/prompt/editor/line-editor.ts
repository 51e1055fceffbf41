import { createHistoryCursor } from '../history.ts'
import type { Completion } from '../completion/complete-line.ts'
import type { LineBuffer } from './edit-line.ts'
import { editLine, emptyLine, insertText, keyName } from './edit-line.ts'
import type { Keyboard, KeyPress } from './keyboard.ts'
import { layoutLine } from './layout-line.ts'
import { needsFurtherLine } from './needs-further-line.ts'
import { commonPrefix, showCandidates } from './show-candidates.ts'

/**
 * End of the input of a line: `line`, its text; `interrupt`, by Ctrl-C or the signal; `end`, Ctrl-D in an empty
 * line.
 */
export type LineInput =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'interrupt' }
  | { readonly kind: 'end' }

export interface ReadLineOptions {
  /** Text before the line, with two columns. */
  readonly sign: string
  /** Text that is edited. Ctrl-C then ends the input at once. Default: a new line. */
  readonly initial?: string | undefined
  /** Earlier lines, the last one first. Default: none. */
  readonly history?: readonly string[] | undefined
  /** Completes the text before the cursor. Default: Tab inserts nothing. */
  readonly complete?: ((text: string) => Promise<Completion>) | undefined
  /** Ends the input as with Ctrl-C. */
  readonly signal: AbortSignal
}

export interface EditorOutput {
  write(text: string): unknown
  readonly columns?: number | undefined
  readonly rows?: number | undefined
  on(event: 'resize', listener: () => void): unknown
  off(event: 'resize', listener: () => void): unknown
}

export interface EditorTerminal {
  readonly keyboard: Keyboard
  readonly output: EditorOutput
  readonly hasColor: boolean
}

/**
 * Reads a line, which can have several lines of text. The interface of `node:readline` is not used: it
 * changes the earlier entry of the history when a text with several lines is entered, ignores keys
 * while a completion is in progress, and differs between the versions of Node.
 */
export function readLine(terminal: EditorTerminal, options: ReadLineOptions): Promise<LineInput> {
  const { keyboard, output } = terminal
  const { initial = '', history = [], complete, signal } = options
  const isEdit = options.initial !== undefined
  const screen = createScreen(terminal, options.sign)
  const matching = {
    start: createHistoryCursor(history),
    part: createHistoryCursor(history, (entry, typed) => entry.includes(typed)),
  }
  let buffer: LineBuffer = insertText(emptyLine, initial)
  // Keys that were typed while a run was in progress are shown only after all of them were applied.
  let isReplaying = true
  let isFinished = false
  const render = (hint?: readonly string[]): void => {
    if (!isReplaying) screen.render(buffer, hint)
  }

  return new Promise((resolve) => {
    const redraw = (): void => render()
    function finish(input: LineInput): void {
      isFinished = true
      release()
      signal.removeEventListener('abort', interrupt)
      output.off('resize', redraw)
      screen.end(buffer)
      resolve(input)
    }

    function interrupt(): void {
      finish({ kind: 'interrupt' })
    }

    function enter(): void {
      const { text, cursor } = buffer
      if (text.endsWith('\\') && cursor === text.length) {
        replaceText(`${text.slice(0, -1)}\n`)
      } else if (needsFurtherLine(text)) buffer = insertText(buffer, '\n')
      else return finish({ kind: 'line', text })
      render()
    }

    function replaceText(text: string | undefined): void {
      if (text !== undefined) buffer = { ...buffer, text, cursor: text.length }
    }

    async function completeAtCursor(): Promise<void> {
      const before = buffer
      // A completion that fails shows nothing, because the line is incomplete while it is typed.
      const found = await complete?.(before.text.slice(0, before.cursor)).catch(() => undefined)
      if (found === undefined || found.candidates.length === 0 || buffer !== before) return
      const { from, candidates } = found
      const start = { ...before, text: before.text.slice(0, from), cursor: from }
      const inserted = insertText(start, commonPrefix(candidates))
      buffer = { ...inserted, text: inserted.text + before.text.slice(before.cursor) }
      const columns = output.columns ?? 80
      const isOne = candidates.length === 1
      render(isOne ? [] : showCandidates(candidates, { width: columns - 1, maxRows: maxHintRows }))
    }

    function moveInHistory(direction: 'up' | 'down'): void {
      const { text } = buffer
      replaceText(direction === 'up' ? matching.start.older(text) : matching.start.newer())
    }

    function press({ text, key }: KeyPress): void {
      const name = keyName(key)
      if (name === 'return') return enter()
      if (name === 'tab') return void completeAtCursor()
      if (name === 'ctrl-c' && (buffer.text === '' || isEdit)) return interrupt()
      if (name === 'ctrl-d' && buffer.text === '') return finish({ kind: 'end' })
      if (name === 'ctrl-z') return keyboard.suspend(() => screen.restart(buffer))
      if (name === 'ctrl-l') return screen.clear(buffer)
      if (name === 'ctrl-c') {
        screen.end(buffer)
        buffer = emptyLine
      } else if (name === 'paste') buffer = insertText(buffer, text ?? '')
      else if (name === 'ctrl-r') replaceText(matching.part.older(buffer.text))
      else if (name === 'ctrl-p' || name === 'ctrl-n') {
        moveInHistory(name === 'ctrl-p' ? 'up' : 'down')
      } else {
        const edited = editLine(buffer, text, key)
        if (edited === undefined) return
        const isVertical = name === 'up' || name === 'down'
        if (isVertical && edited === buffer) moveInHistory(name)
        else buffer = edited
      }
      render()
    }

    signal.addEventListener('abort', interrupt, { once: true })
    output.on('resize', redraw)
    const release = keyboard.listen(press)
    if (signal.aborted) return interrupt()
    // Keys that were typed before the text was shown do not edit it.
    if (!isEdit) keyboard.replay()
    isReplaying = false
    if (!isFinished) render()
  })
}

const maxHintRows = 8
const indent = '  '

/** Shows a buffer below the previous output, and shows it again after each change. */
function createScreen({ output, hasColor }: EditorTerminal, sign: string) {
  let cursorRow = 0
  const style = (code: string, text: string): string =>
    hasColor && text !== '' ? `\u001b[${code}m${text}\u001b[0m` : text

  function render(buffer: LineBuffer, hint: readonly string[] = []): void {
    const { columns = 80, rows: height = 24 } = output
    const layout = layoutLine(buffer, {
      width: Math.max(1, columns - indent.length - 1),
      maxRows: Math.max(1, height - 1 - hint.length),
    })
    const lines = [
      ...layout.rows.map((row, index) => (index === 0 ? style('1;36', sign) : indent) + row),
      ...hint.map((line) => style('2', line)),
    ]
    const up = lines.length - 1 - layout.cursorRow
    const column = layout.cursorColumn + indent.length
    output.write(
      [
        cursorRow > 0 ? `\u001b[${cursorRow}A` : '',
        '\r\u001b[J',
        lines.join('\r\n'),
        up > 0 ? `\u001b[${up}A` : '',
        `\r\u001b[${column}C`,
      ].join(''),
    )
    cursorRow = layout.cursorRow
  }

  function restart(buffer: LineBuffer): void {
    cursorRow = 0
    render(buffer)
  }

  return {
    render,
    restart,
    clear(buffer: LineBuffer): void {
      output.write('\u001b[2J\u001b[H')
      restart(buffer)
    },
    /** Leaves the buffer on the screen, and continues on the next line. */
    end(buffer: LineBuffer): void {
      render({ ...buffer, cursor: buffer.text.length })
      output.write('\r\n')
      cursorRow = 0
    },
  }
}
