import type { EngineTransaction } from '../../engines/engine-transaction.ts'
import type { Token } from '../lexer.ts'

// A name without a schema refers to a routine of the default database. ROUTINES lists only routines that the
// user may call.
const lookUp = `
  SELECT ROUTINE_NAME FROM information_schema.ROUTINES
   WHERE ROUTINE_SCHEMA = DATABASE() AND ROUTINE_TYPE = 'FUNCTION' AND FIND_IN_SET(ROUTINE_NAME, ?)`

/** Returns one of the called names that is a stored function of the connected server, if there is any. */
export async function findStoredFunction(
  calls: readonly Token[],
  transaction: EngineTransaction,
  signal: AbortSignal,
): Promise<Token | undefined> {
  const names = calls.map(({ word }) => word).join(',')
  const { rows } = await transaction.run(lookUp, [names], { maxRows: calls.length, signal })
  const [name] = rows[0] ?? []
  // The server ignores case and accents. If the name differs in accents, the first call is returned.
  return name === undefined
    ? undefined
    : (calls.find(({ word }) => typeof name === 'string' && word === name.toUpperCase()) ??
        calls[0])
}
