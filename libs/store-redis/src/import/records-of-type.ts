import type { StoreRecord } from '@mcp/session-manager'

export type RecordOf<Type extends StoreRecord['type']> = Extract<
  StoreRecord,
  { readonly type: Type }
>

/** Returns the records of one type, in their order. */
export function ofType<Type extends StoreRecord['type']>(
  records: readonly StoreRecord[],
  type: Type,
): readonly RecordOf<Type>[] {
  return records.filter((record): record is RecordOf<Type> => record.type === type)
}
