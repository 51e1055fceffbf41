import { McpError } from '@mcp/protocol'

/**
 * Signature algorithms with a key pair. With a symmetric algorithm, an attacker could sign tokens with the
 * public key.
 */
export const algorithms: readonly string[] = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
]

/** Creates the error for an invalid access token. It contains no part of the token. */
export function invalidToken(
  problem: string,
  details: { readonly claim?: string; readonly expected?: unknown } = {},
  cause?: unknown,
): McpError {
  return new McpError('unauthenticated', `Invalid access token: ${problem}.`, {
    details: { reason: 'invalid-token', ...details },
    cause,
  })
}

/** Converts an error of `jose` to an {@link invalidToken} error. Returns an `McpError` unchanged. */
export function tokenError(thrown: unknown): McpError {
  if (McpError.is(thrown)) return thrown
  const { code, claim } = fieldsOf(thrown)
  switch (code) {
    case 'ERR_JWT_EXPIRED':
      return invalidToken('it has expired (claim "exp")', { claim: 'exp' }, thrown)
    case 'ERR_JWT_CLAIM_VALIDATION_FAILED':
      return invalidToken(claimProblem(thrown, claim), { claim }, thrown)
    case 'ERR_JOSE_ALG_NOT_ALLOWED':
      return invalidToken(
        `the algorithm (header "alg") must be one of ${algorithms.join(', ')}`,
        { claim: 'alg', expected: algorithms },
        thrown,
      )
    case 'ERR_JWKS_NO_MATCHING_KEY':
      return invalidToken(
        'the issuer has no key with its key id and algorithm (headers "kid" and "alg")',
        { claim: 'kid' },
        thrown,
      )
    case 'ERR_JWKS_MULTIPLE_MATCHING_KEYS':
      return invalidToken(
        'the header "kid" is required, because the issuer has several keys',
        { claim: 'kid' },
        thrown,
      )
    case 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED':
      return invalidToken('the signature does not match the key of the issuer', {}, thrown)
    case 'ERR_JWS_INVALID':
    case 'ERR_JWT_INVALID':
      return invalidToken('it is not a signed JSON Web Token', {}, thrown)
    default:
      return invalidToken('the key of the issuer cannot verify it', {}, thrown)
  }
}

function claimProblem(thrown: unknown, claim: string): string {
  if (fieldsOf(thrown).reason === 'missing') return `the claim "${claim}" is missing`
  if (claim === 'nbf') return 'it is not valid yet (claim "nbf")'
  return `the claim "${claim}" is invalid`
}

function fieldsOf(thrown: unknown) {
  const field = (name: string): string => {
    const value: unknown =
      typeof thrown === 'object' && thrown !== null ? Reflect.get(thrown, name) : undefined
    return typeof value === 'string' ? value : ''
  }
  return { code: field('code'), claim: field('claim'), reason: field('reason') }
}
