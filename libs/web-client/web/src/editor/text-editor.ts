import type { Diagnostic } from '@codemirror/lint'
import { setDiagnostics } from '@codemirror/lint'
import { Compartment, EditorState } from '@codemirror/state'
import { EditorView } from '@codemirror/view'

import type { EditorSettings } from './editor-extensions.ts'
import { editorBasics, editorSettings, lineSeparatorOf } from './editor-extensions.ts'

/** Positions in the text, in UTF-16 code units. They are equal if nothing is selected. */
export interface TextSelection {
  readonly from: number
  readonly to: number
}

/** A problem in the text, or a hint about it. */
export type CodeDiagnostic = Pick<Diagnostic, 'from' | 'to' | 'severity' | 'message'>

export interface TextEditorOptions {
  readonly parent: HTMLElement
  readonly text: string
  readonly onChange: (text: string) => void
  readonly onSelect: (selection: TextSelection) => void
  /** Called for `Mod-Enter`. Returns whether it has submitted the text. If not, the key inserts a line. */
  readonly onSubmit: (selection: TextSelection) => boolean
}

export interface TextEditor {
  readonly setText: (text: string) => void
  readonly setSettings: (settings: EditorSettings) => void
  /** Selects a line, counted from 1, and scrolls to it. */
  readonly showLine: (line: number) => void
  readonly setDiagnostics: (diagnostics: readonly CodeDiagnostic[]) => void
  readonly close: () => void
}

/** Creates an editor in an element. */
export function createTextEditor(options: TextEditorOptions): TextEditor {
  const { parent, onChange, onSelect, onSubmit } = options
  /** The text that the caller and the editor last agreed on. */
  let agreed = options.text
  const settings = new Compartment()
  const separator = lineSeparatorOf(agreed)
  const listener = EditorView.updateListener.of(({ docChanged, selectionSet, state }) => {
    if (docChanged) {
      const text = state.sliceDoc()
      if (text !== agreed) {
        agreed = text
        onChange(text)
      }
    }
    const { from, to } = state.selection.main
    if (docChanged || selectionSet) onSelect({ from, to })
  })
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: agreed,
      extensions: [
        editorBasics(onSubmit),
        separator === undefined ? [] : EditorState.lineSeparator.of(separator),
        settings.of([]),
        listener,
      ],
    }),
  })
  return {
    setText(text) {
      if (text === agreed) return
      agreed = text
      const insert = view.state.toText(text)
      const anchor = Math.min(view.state.selection.main.anchor, insert.length)
      const changes = { from: 0, to: view.state.doc.length, insert }
      view.dispatch({ changes, selection: { anchor } })
    },
    setSettings(next) {
      view.dispatch({ effects: settings.reconfigure(editorSettings(next)) })
    },
    showLine(number) {
      const { doc } = view.state
      const { from, to } = doc.line(Math.max(1, Math.min(number, doc.lines)))
      const effects = EditorView.scrollIntoView(from, { y: 'center' })
      view.dispatch({ selection: { anchor: to, head: from }, effects })
    },
    setDiagnostics(diagnostics) {
      const end = view.state.doc.length
      const inside = diagnostics.map(({ from, to, severity, message }) => {
        return { from: Math.min(from, end), to: Math.min(to, end), severity, message }
      })
      view.dispatch(setDiagnostics(view.state, inside))
    },
    close: () => view.destroy(),
  }
}
