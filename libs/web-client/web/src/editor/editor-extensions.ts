import type { CompletionSource } from '@codemirror/autocomplete'
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  closeCompletion,
  completionKeymap,
} from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { bracketMatching, foldGutter, foldKeymap, indentOnInput } from '@codemirror/language'
import { lintKeymap } from '@codemirror/lint'
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search'
import type { Extension } from '@codemirror/state'
import { EditorState, Prec } from '@codemirror/state'
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  placeholder as placeholderText,
} from '@codemirror/view'

import { editorTheme } from './editor-theme.ts'
import type { CodeLanguage } from './languages.ts'
import { languageExtension } from './languages.ts'

/**
 * Returns the extensions of every editor that do not change while it is open. `onSubmit` is called for
 * `Mod-Enter`, and returns whether it has submitted the text. If not, the key inserts a line.
 */
export function editorBasics(
  onSubmit: (selection: { readonly from: number; readonly to: number }) => boolean,
): Extension {
  return [
    readOnlyBasics(),
    history(),
    typeOverSelection,
    drawSelection(),
    indentOnInput(),
    closeBrackets(),
    // A short list needs no scrolling, which is possible only with a mouse.
    autocompletion({ icons: false, maxRenderedOptions: 10 }),
    foldGutter(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    Prec.highest(
      keymap.of([
        {
          key: 'Mod-Enter',
          run: (view) => {
            const { from, to } = view.state.selection.main
            const isSubmitted = onSubmit({ from, to })
            if (isSubmitted) closeCompletion(view)
            return isSubmitted
          },
        },
      ]),
    ),
    keymap.of([
      ...closeBracketsKeymap,
      ...defaultKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...foldKeymap,
      ...completionKeymap,
      ...lintKeymap,
    ]),
  ]
}

/**
 * Replaces a selection by typed text without the editing of the browser, which would keep the colours of the
 * replaced text in style attributes. The content security policy forbids such attributes.
 */
const typeOverSelection = EditorView.domEventHandlers({
  beforeinput({ inputType, data }, view) {
    const { main, ranges } = view.state.selection
    const isTyped = inputType === 'insertText' && data !== null && !view.composing
    if (!isTyped || main.empty || ranges.length > 1 || view.state.readOnly) return false
    const insert = () =>
      view.state.update(view.state.replaceSelection(data), {
        userEvent: 'input.type',
        scrollIntoView: true,
      })
    const handlers = view.state.facet(EditorView.inputHandler)
    if (!handlers.some((handle) => handle(view, main.from, main.to, data, insert))) {
      view.dispatch(insert())
    }
    return true
  },
})

/** Returns the extensions of an editor that only shows text. */
export function readOnlyBasics(): Extension {
  return [styleNonce(), editorTheme, lineNumbers(), highlightSpecialChars(), bracketMatching()]
}

export interface EditorSettings {
  readonly language: CodeLanguage
  readonly label: string
  readonly isReadOnly: boolean
  readonly isTabIndenting: boolean
  readonly isInvalid: boolean
  readonly description: string
  readonly completion: CompletionSource | undefined
  readonly placeholder: string | undefined
  /** Number of the first line. */
  readonly firstLine: number
}

/** Returns the extensions that may change while an editor is open. */
export function editorSettings(settings: EditorSettings): Extension {
  const { completion, placeholder, firstLine } = settings
  return [
    languageExtension(settings.language),
    EditorState.readOnly.of(settings.isReadOnly),
    // Escape lets the next Tab move the focus.
    settings.isTabIndenting ? keymap.of([indentWithTab]) : [],
    completion === undefined
      ? []
      : EditorState.languageData.of(() => [{ autocomplete: completion }]),
    placeholder === undefined ? [] : placeholderText(placeholder),
    firstLine === 1 ? [] : lineNumbers({ formatNumber: (line) => String(line + firstLine - 1) }),
    contentAttributes(settings),
  ]
}

/** Returns the attributes of the element with the text. */
export function contentAttributes({
  label,
  description = '',
  isReadOnly,
  isInvalid = false,
}: Pick<EditorSettings, 'label' | 'isReadOnly'> &
  Partial<Pick<EditorSettings, 'description' | 'isInvalid'>>): Extension {
  return EditorView.contentAttributes.of({
    'aria-label': label,
    // Without the attribute, accessibility checkers do not recognise that the keyboard reaches and scrolls
    // the text.
    tabindex: '0',
    ...(description !== '' && { 'aria-describedby': description }),
    ...(isReadOnly && { 'aria-readonly': 'true' }),
    ...(isInvalid && { 'aria-invalid': 'true' }),
  })
}

/** Allows the style elements of the editor, which the content security policy forbids without the nonce. */
function styleNonce(): Extension {
  const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? ''
  return nonce === '' ? [] : EditorView.cspNonce.of(nonce)
}

/**
 * Returns the line separator of a text if it is CRLF, as on Windows. Otherwise, the editor would change the
 * end of each line.
 */
export function lineSeparatorOf(text: string): '\r\n' | undefined {
  return text.includes('\r\n') && !/(?:^|[^\r])\n|\r(?!\n)/.test(text) ? '\r\n' : undefined
}
