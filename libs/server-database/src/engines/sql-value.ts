/** A value as it crosses the wire. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue }

/** One row, in the order of the columns. */
export type Row = readonly JsonValue[]

/** Bytes among the params, since JSON has no type for them. */
export interface BytesParam {
  readonly base64: string
}

/** A value for a placeholder. Arrays and objects reach the database as JSON text. */
export type SqlParam = JsonValue | BytesParam

export interface Column {
  readonly name: string
  /** The engine's own name of the type, such as `int8`, `bytea`, `varchar`. Empty if it has no name. */
  readonly type: string
}
