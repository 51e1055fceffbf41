import { isRecord, McpError, parseJson } from '@mcp/protocol'

/** Content of a `requestState`. The client sees only its sealed form. */
export interface RoundState {
  /** Id of the waiting call, or an empty text if no call waits. */
  readonly callId: string
  /** Number of the round. The state of a waiting call is accepted only once. */
  readonly round: number
  /** In milliseconds since the epoch. */
  readonly expiresAt: number
  /** Principal, view and session of the call. */
  readonly scope: string
  /** Digest of the method and the params. */
  readonly digest: string
  /** State of the operation, if the operation has ended with requests to the client, so that no call waits. */
  readonly relayed?: { readonly state?: string | undefined } | undefined
}

/** Seals the states of calls that wait for a client, so that the client can neither read nor change them. */
export interface StateSeal {
  /**
   * @throws McpError `payload-too-large` for a state whose sealed form is longer than {@link StateSeal.open}
   * accepts. A client would otherwise receive a state that is refused when it returns.
   */
  seal(state: RoundState): Promise<string>
  /** Returns `undefined` for a text that this key did not seal, or that is longer than 65,536 characters. */
  open(text: string): Promise<RoundState | undefined>
}

const ivBytes = 12
const maxLength = 64 * 1024

/** Creates a seal with a key that is derived from `secret`. */
export function createStateSeal(secret: string): StateSeal {
  const key = deriveKey(secret)

  return {
    async seal(state) {
      const iv = crypto.getRandomValues(new Uint8Array(ivBytes))
      const data = new TextEncoder().encode(JSON.stringify(state))
      const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await key, data)
      const bytes = new Uint8Array(ivBytes + sealed.byteLength)
      bytes.set(iv)
      bytes.set(new Uint8Array(sealed), ivBytes)
      const text = toBase64Url(bytes)
      if (text.length > maxLength) throw stateTooLarge(text.length)
      return text
    },
    async open(text) {
      if (text.length > maxLength) return undefined
      try {
        const bytes = fromBase64Url(text)
        const iv = bytes.subarray(0, ivBytes)
        const opened = await crypto.subtle.decrypt(
          { name: 'AES-GCM', iv },
          await key,
          bytes.subarray(ivBytes),
        )
        return readState(parseJson(new TextDecoder().decode(opened)))
      } catch {
        return undefined
      }
    },
  }
}

function stateTooLarge(length: number): McpError {
  return new McpError(
    'payload-too-large',
    `The state of the call has ${length} characters when it is sealed. At most ${maxLength} are allowed, so that the client can return it. The operation must keep a smaller state.`,
    { retryable: false },
  )
}

async function deriveKey(secret: string): Promise<CryptoKey> {
  const data = new TextEncoder().encode(`mcp-request-state:${secret}`)
  const digest = await crypto.subtle.digest('SHA-256', data)
  return crypto.subtle.importKey('raw', digest, 'AES-GCM', false, ['encrypt', 'decrypt'])
}

function readState(value: unknown): RoundState | undefined {
  if (!isRecord(value)) return undefined
  const { callId, round, expiresAt, scope, digest } = value
  if (typeof callId !== 'string' || typeof scope !== 'string' || typeof digest !== 'string') {
    return undefined
  }
  if (typeof round !== 'number' || typeof expiresAt !== 'number') return undefined
  const state = { callId, round, expiresAt, scope, digest }
  const { relayed } = value
  if (!isRecord(relayed)) return state
  const text = relayed['state']
  return { ...state, relayed: typeof text === 'string' ? { state: text } : {} }
}

function toBase64Url(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}

/** Returns the SHA-256 digest of a text as hexadecimal digits. */
export async function digestOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
