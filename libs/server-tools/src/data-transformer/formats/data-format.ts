/** What the reading and writing of formats can be told. */
export interface FormatOptions {
  readonly delimiter: string
  readonly header: boolean
  /** Whether texts such as `12` and `true` become a number and a boolean. */
  readonly typed: boolean
  readonly escapeFormulas: boolean
  readonly root: string
}

/** A text format data can be converted from and to. */
export interface DataFormat {
  read(text: string, options: FormatOptions): Promise<unknown>
  write(value: unknown, options: FormatOptions): Promise<string>
}

/** The items of a list, or the value itself as the only one. */
export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value]
}
