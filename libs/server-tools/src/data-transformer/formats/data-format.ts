/** Options for reading and writing formats. */
export interface FormatOptions {
  readonly delimiter: string
  readonly header: boolean
  /** Whether strings such as `12` and `true` become a number and a boolean. */
  readonly typed: boolean
  readonly escapeFormulas: boolean
  readonly root: string
}

/** A text format. `read` converts text to data, and `write` converts data to text. */
export interface DataFormat {
  read(text: string, options: FormatOptions): Promise<unknown>
  write(value: unknown, options: FormatOptions): Promise<string>
}

/** Returns the items of a list, or the value itself as the only item. */
export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value]
}
