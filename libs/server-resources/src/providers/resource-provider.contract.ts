import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { collectText } from '../fixtures/collect-text.ts'
import type { OpenOptions, ResourceChange, ResourceProvider } from './resource-provider.ts'

/** A provider that holds what the suite asks for. */
export interface ProviderUnderTest {
  readonly provider: ResourceProvider
  /** A URI below which the suite may read, with a slash at its end. */
  readonly base: string
  /** Removes what was made for the test, after the provider closed. Default: nothing. */
  cleanUp?(): Promise<void>
}

/** What a provider under test holds below its base, besides whatever else it likes. */
export const contractResources: Readonly<Record<string, string>> = {
  'alpha.txt': '0123456789',
  'sub/beta.md': '# Beta\n',
  'sub/empty.txt': '',
  'with space.txt': 'spaced',
}

const { signal } = new AbortController()

/** The behaviour every {@link ResourceProvider} shares. Call it inside a `describe`. */
export function itIsAResourceProvider(create: () => Promise<ProviderUnderTest>): void {
  let tested: ProviderUnderTest
  let provider: ResourceProvider
  let uriOf: (path: string) => string
  beforeEach(async () => {
    tested = await create()
    ;({ provider } = tested)
    uriOf = (path) =>
      provider.canonicalize(tested.base + path.split('/').map(encodeURIComponent).join('/'))
  })
  afterEach(async () => {
    await provider.close?.()
    await tested.cleanUp?.()
  })

  async function read(
    uri: string,
    options: Partial<OpenOptions> = {},
  ): Promise<string | undefined> {
    const opened = await provider.open(uri, { start: 0, signal, ...options })
    return collectText(opened?.body)
  }

  it('claims the URIs it lists', async () => {
    expect(provider.prefixes.some((prefix) => uriOf('alpha.txt').startsWith(prefix))).toBe(true)
    const uris = await listUris(provider)
    expect(
      uris.filter((uri) => !provider.prefixes.some((prefix) => uri.startsWith(prefix))),
    ).toEqual([])
  })

  it('spells a URI in one way, which stays as it is', () => {
    const uri = uriOf('with space.txt')
    expect(uri).toContain('with%20space.txt')
    expect(provider.canonicalize(uri)).toBe(uri)
  })

  it('lists in the order of the URIs, each once', async () => {
    const uris = await listUris(provider)
    expect(uris).toEqual([...new Set(uris)].toSorted())
  })

  it('goes on with a list behind any URI', async () => {
    const uris = await listUris(provider)
    const rest = await listUris(provider, { after: uris[0] })
    expect(rest).toEqual(uris.slice(1))
    expect(await listUris(provider, { after: uris.at(-1) })).toEqual([])
  })

  it('says what a resource is', async () => {
    const info = await provider.stat(uriOf('alpha.txt'), { signal })
    expect(info).toMatchObject({ uri: uriOf('alpha.txt'), name: 'alpha.txt', size: 10 })
    expect(info?.mimeType).toMatch(/^text\/plain/)
  })

  it('has nothing where nothing is', async () => {
    expect(await provider.stat(uriOf('missing.txt'), { signal })).toBeUndefined()
    expect(await provider.open(uriOf('missing.txt'), { start: 0, signal })).toBeUndefined()
    expect(await provider.stat(uriOf('alpha.txt/below'), { signal })).toBeUndefined()
  })

  it('reads a resource whole', async () => {
    expect(await read(uriOf('alpha.txt'))).toBe('0123456789')
    expect(await read(uriOf('sub/beta.md'))).toBe('# Beta\n')
    expect(await read(uriOf('sub/empty.txt'))).toBe('')
    expect(await read(uriOf('with space.txt'))).toBe('spaced')
  })

  it('reads from the first byte that is wanted to the last', async () => {
    expect(await read(uriOf('alpha.txt'), { start: 4 })).toBe('456789')
    expect(await read(uriOf('alpha.txt'), { start: 2, end: 5 })).toBe('234')
    expect(await read(uriOf('alpha.txt'), { start: 8, end: 100 })).toBe('89')
    expect(await read(uriOf('alpha.txt'), { start: 10 })).toBe('')
    expect(await read(uriOf('alpha.txt'), { start: 1000, end: 1001 })).toBe('')
  })

  it('says the same of a resource when it is read as when it is looked at', async () => {
    const opened = await provider.open(uriOf('alpha.txt'), { start: 0, signal })
    expect(opened?.info).toEqual(await provider.stat(uriOf('alpha.txt'), { signal }))
    await collectText(opened?.body)
  })

  it('leaves the body out where the caller has it', async () => {
    const info = await provider.stat(uriOf('alpha.txt'), { signal })
    expect(info?.etag).toBeDefined()
    const opened = await provider.open(uriOf('alpha.txt'), {
      start: 0,
      ifNoneMatch: info?.etag,
      signal,
    })
    expect(opened).toMatchObject({ info: { etag: info?.etag } })
    expect(opened?.body).toBeUndefined()
    expect(await read(uriOf('alpha.txt'), { ifNoneMatch: '"another"' })).toBe('0123456789')
  })

  it('lets a reader leave after the first piece', async () => {
    const opened = await provider.open(uriOf('alpha.txt'), { start: 0, signal })
    for await (const piece of opened?.body ?? []) {
      expect(piece.length).toBeGreaterThan(0)
      break
    }
    expect(await read(uriOf('alpha.txt'))).toBe('0123456789')
  })

  it('answers for what its templates expand to', () => {
    for (const { uriTemplate } of provider.templates ?? []) {
      expect(provider.prefixes.some((prefix) => uriTemplate.startsWith(prefix))).toBe(true)
    }
  })

  describe('where it can write', () => {
    const bytes = new TextEncoder().encode('new')
    const create = { bytes, mode: 'create', signal } as const
    const update = { bytes, mode: 'update', signal } as const

    it('creates, and then reads what was created', async ({ skip }) => {
      if (provider.write === undefined) return skip('it cannot write')
      const info = await provider.write(uriOf('new/one.txt'), create)
      expect(info).toMatchObject({ uri: uriOf('new/one.txt'), size: 3 })
      expect(await read(uriOf('new/one.txt'))).toBe('new')
      expect(await provider.stat(uriOf('new/one.txt'), { signal })).toEqual(info)
      expect(await listUris(provider)).toContain(uriOf('new/one.txt'))
    })

    it('creates nothing where something is', async ({ skip }) => {
      if (provider.write === undefined) return skip('it cannot write')
      await expect(async () => provider.write?.(uriOf('alpha.txt'), create)).rejects.toMatchObject({
        code: 'conflict',
      })
      expect(await read(uriOf('alpha.txt'))).toBe('0123456789')
    })

    it('lets one of two who create the same win', async ({ skip }) => {
      if (provider.write === undefined) return skip('it cannot write')
      const outcomes = await Promise.allSettled([
        provider.write(uriOf('race.txt'), create),
        provider.write(uriOf('race.txt'), create),
      ])
      expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    })

    it('updates what is there, with another etag', async ({ skip }) => {
      if (provider.write === undefined) return skip('it cannot write')
      const before = await provider.stat(uriOf('alpha.txt'), { signal })
      const info = await provider.write(uriOf('alpha.txt'), { ...update, ifMatch: before?.etag })
      expect(info.etag).not.toBe(before?.etag)
      expect(await read(uriOf('alpha.txt'))).toBe('new')
    })

    it('updates nothing that is not there', async ({ skip }) => {
      if (provider.write === undefined) return skip('it cannot write')
      await expect(async () =>
        provider.write?.(uriOf('missing.txt'), update),
      ).rejects.toMatchObject({
        code: 'not-found',
      })
    })

    it('changes nothing that was changed since the caller read it', async ({ skip }) => {
      if (provider.write === undefined) return skip('it cannot write')
      const uri = uriOf('alpha.txt')
      const stale = { code: 'conflict', details: { ifMatch: 'stale' } }
      await expect(async () =>
        provider.write?.(uri, { ...update, ifMatch: 'stale' }),
      ).rejects.toMatchObject(stale)
      await expect(async () =>
        provider.remove?.(uri, { ifMatch: 'stale', signal }),
      ).rejects.toMatchObject(stale)
      expect(await read(uri)).toBe('0123456789')
    })

    it('lets one of two who update the same state win', async ({ skip }) => {
      if (provider.write === undefined) return skip('it cannot write')
      const ifMatch = (await provider.stat(uriOf('alpha.txt'), { signal }))?.etag
      const outcomes = await Promise.allSettled([
        provider.write(uriOf('alpha.txt'), { ...update, ifMatch }),
        provider.write(uriOf('alpha.txt'), { ...update, ifMatch }),
      ])
      expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    })

    it('removes, and removes nothing twice', async ({ skip }) => {
      if (provider.remove === undefined) return skip('it cannot write')
      await provider.remove(uriOf('alpha.txt'), { signal })
      expect(await provider.stat(uriOf('alpha.txt'), { signal })).toBeUndefined()
      expect(await listUris(provider)).not.toContain(uriOf('alpha.txt'))
      await expect(async () =>
        provider.remove?.(uriOf('alpha.txt'), { signal }),
      ).rejects.toMatchObject({
        code: 'not-found',
      })
    })
  })

  it('stops watching when it is told to, even twice', async ({ skip }) => {
    if (provider.watch === undefined) return skip('it cannot be watched')
    const onChange = vi.fn<(change: ResourceChange) => void>()
    const stop = await provider.watch({
      onChange,
      onError: (thrown) => expect.fail(String(thrown)),
    })
    await stop()
    await stop()
    await provider.write?.(uriOf('after.txt'), { bytes: new Uint8Array(), mode: 'create', signal })
    expect(onChange).not.toHaveBeenCalled()
  })
}

async function listUris(
  provider: ResourceProvider,
  options: { readonly after?: string | undefined } = {},
): Promise<string[]> {
  const uris: string[] = []
  for await (const { uri } of provider.list({ ...options, signal })) uris.push(uri)
  return uris
}
