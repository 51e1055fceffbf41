/**
 * Returns the function that reports, once, that the user of a read-only database may do more than read. Of
 * the layers that enforce read-only access, the rights of the user are then missing.
 */
export function createUserWarning(
  database: string,
  warn: (message: string) => void = () => {},
): (rights: string) => void {
  let warned = false
  return (rights) => {
    if (warned) return
    warned = true
    warn(
      `The user of the read-only database "${database}" has ${rights}: only this server prevents their use. Use a user that may only SELECT`,
    )
  }
}
