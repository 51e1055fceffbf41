import * as z from 'zod'

/** A server in addition to the seven built-in servers. Its app is in the folder `apps/<name>-server`. */
export interface FurtherServer {
  readonly name: string
  /** The default port of its app. */
  readonly port: number
}

/** Your own servers. `npx nx g server weather` adds a line here. */
export const furtherServers: readonly FurtherServer[] = []

/** Returns the name of the variable for the port of a server, such as `CURRENCY_RATES_SERVER_PORT`. */
const portVariable = (name: string): string =>
  `${name.replaceAll('-', '_').toUpperCase()}_SERVER_PORT`

/** Returns the schemas of the variables with which the apps of further servers choose their ports. */
export function furtherServerSettings(servers: readonly FurtherServer[]) {
  return Object.fromEntries(
    servers.map(({ name, port }) => [
      portVariable(name),
      z.coerce
        .number()
        .int()
        .min(0)
        .max(65_535)
        .default(port)
        .describe(`The port of the ${name} server.`),
    ]),
  )
}

/** Returns the addresses of further servers, for the values of {@link furtherServerSettings}. */
export function furtherServerUrls(
  servers: readonly FurtherServer[],
  config: Readonly<Record<string, unknown>>,
) {
  return servers.map(({ name, port }) => {
    const chosen = config[portVariable(name)]
    return { name, urls: [`http://127.0.0.1:${typeof chosen === 'number' ? chosen : port}`] }
  })
}
