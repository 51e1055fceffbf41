import type { Providers } from '@mcp/llm'
import { discoverProviders } from '@mcp/llm'
import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'
import { providerBody, testBody } from '@mcp/protocol/rest'
import type { Context } from 'hono'

import type { App, AppEnvironment } from '../http/app.ts'
import { readJsonBody } from '../http/read-json-body.ts'
import { notFound } from '../http/responses.ts'
import { admitOperator } from './admit-operator.ts'
import { listAllModels } from './list-models.ts'
import { isSameAddress, refuseOwnAddress } from './provider-address.ts'

export interface ProviderRoutesOptions {
  readonly providers: Providers
  /** Callers that may configure providers. */
  readonly operators: readonly string[]
  /** Addresses of this system. */
  readonly ownUrls: readonly string[]
  readonly maxBodyBytes: number | undefined
  readonly clock: Clock
}

/** Adds the routes for the language models and their providers. */
export function addProviderRoutes(app: App, options: ProviderRoutesOptions): void {
  const { providers, maxBodyBytes, clock } = options
  const operators = new Set(options.operators)
  const admit = ({ req, env, get }: Context<AppEnvironment>): void =>
    admitOperator(
      { request: req.raw, identity: get('identity'), isLoopback: env.isLoopback },
      operators,
    )
  const ownAddresses = (request: Request) =>
    [...options.ownUrls, request.url].map((url) => URL.parse(url))

  app.get('/models', async ({ req: { raw: request } }) => {
    await providers.refresh()
    return Response.json(await listAllModels(providers, { signal: request.signal, clock }))
  })

  app.put('/providers/:id', async (context) => {
    const { raw: request, path } = context.req
    const { id } = context.req.param()
    if (id === 'discover') return notFound(`PUT ${path}`)
    admit(context)
    const change = await readJsonBody(request, providerBody, maxBodyBytes)
    refuseOwnAddress(change.url, ownAddresses(request))
    return Response.json(await providers.configure(id, change))
  })

  app.post('/providers/discover', async (context) => {
    admit(context)
    const own = ownAddresses(context.req.raw)
    const isExcluded = (address: URL) =>
      own.some((each) => each !== null && isSameAddress(address, each))
    return Response.json({ providers: await discoverProviders({ isExcluded, clock }) })
  })

  app.post('/providers/:id/test', async (context) => {
    admit(context)
    const { raw: request } = context.req
    const { model } = await readJsonBody(request, testBody, maxBodyBytes)
    await providers.refresh()
    const provider = providers.get(context.req.param('id'))
    const started = clock.now()
    try {
      const response = await provider.generate(
        // The Responses API of OpenAI requires at least 16 tokens.
        { messages: [{ role: 'user', content: 'Hi' }], maxTokens: 16, model },
        { signal: request.signal },
      )
      const durationMs = clock.now() - started
      return Response.json({ ok: true, model: response.model, durationMs })
    } catch (thrown) {
      return Response.json({ ok: false, error: McpError.from(thrown).toBody() })
    }
  })
}
