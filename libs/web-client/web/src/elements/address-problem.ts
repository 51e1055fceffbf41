import { isWebAddress } from './is-web-address.ts'

/** Returns what is wrong with the address of a model server, or undefined if it is valid or empty. */
export function addressProblem(address: string): string | undefined {
  const text = address.trim()
  if (text === '' || isWebAddress(text)) return undefined
  const isBare = isWebAddress(`http://${text}`) && !text.includes('://')
  return isBare
    ? `The address has no http:// or https://. Did you mean http://${text}?`
    : 'Invalid address. It begins with http:// or https://, such as http://localhost:8000/v1.'
}
