/**
 * Returns a function that warns once that the user of a read-only database may do more than read. The
 * privileges of such a user do not enforce read-only access, so only the other layers do.
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
