export {
  createAuthorization,
  hasScopes,
  insufficientScope,
  metadataPath,
} from './oauth/authorization.ts'
export type { Authorization, AuthorizationOptions, ViewScopes } from './oauth/authorization.ts'
export type { EndpointOptions } from './oauth/endpoint-url.ts'
export { jwtAuthentication } from './oauth/jwt-authentication.ts'
export type { JwtAuthenticationOptions } from './oauth/jwt-authentication.ts'
