import type { MenuEntry } from './menu-entries.ts'

/** An entry that has arguments. */
export type CommandEntry = Exclude<MenuEntry, { readonly kind: 'attachment' }>

export interface CommandFormProps<Entry extends CommandEntry = CommandEntry> {
  readonly entry: Entry
  /** Runs a direct form. */
  readonly onRun: (form: string) => void
  /** Inserts a text into the prompt. */
  readonly onInsert: (text: string) => void
  readonly onClose: () => void
}
