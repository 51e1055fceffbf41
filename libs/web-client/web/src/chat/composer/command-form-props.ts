import type { MenuEntry } from './menu-entries.ts'

/** A menu entry that opens a form, which is every kind except an attachment. */
export type CommandEntry = Exclude<MenuEntry, { readonly kind: 'attachment' }>

export interface CommandFormProps<Entry extends CommandEntry = CommandEntry> {
  readonly entry: Entry
  /** Sends a direct form (the text of the command). */
  readonly onRun: (directForm: string) => void
  /** Appends text to the message in the composer. */
  readonly onInsert: (text: string) => void
  readonly onClose: () => void
}
