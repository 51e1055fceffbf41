// Shorter values are words such as "1" or "on". They occur everywhere, and are not secrets.
const minLength = 4

/**
 * Returns a function that replaces each of the values in a text with `***`. Servers print their
 * configuration, and the values of environment variables and headers must not reach a log or a client.
 */
export function createValueFilter(values: Iterable<string>): (text: string) => string {
  // A longer value first, because it may contain a shorter one.
  const hidden = [...new Set(values)]
    .filter((value) => value.length >= minLength)
    .toSorted((left, right) => right.length - left.length)
  return (text) => hidden.reduce((shown, value) => shown.replaceAll(value, '***'), text)
}
