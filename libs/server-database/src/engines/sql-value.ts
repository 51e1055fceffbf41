/** A value in a request or response. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue }

/** One row, in the order of the columns. */
export type Row = readonly JsonValue[]

/** A param that consists of bytes, for which JSON has no type. */
export interface BytesParam {
  readonly base64: string
}

/** A value for a placeholder. Arrays, and objects other than {@link BytesParam}, are sent as JSON text. */
export type SqlParam = JsonValue | BytesParam

export interface Column {
  readonly name: string
  /** The engine's own name of the type, such as `int8`, `bytea`, `varchar`. Empty if it has no name. */
  readonly type: string
}
