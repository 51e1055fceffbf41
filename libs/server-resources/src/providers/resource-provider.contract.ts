import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { collectText } from '../fixtures/collect-text.ts'
import type { OpenOptions, ResourceChange, ResourceProvider } from './resource-provider.ts'

/** A provider that contains {@link contractResources}. */
export interface ProviderUnderTest {
  readonly provider: ResourceProvider
  /** URI of the folder that contains the resources. Ends with a slash. */
  readonly base: string
  /** Cleans up after the provider is closed. Default: does nothing. */
  cleanUp?(): Promise<void>
}

/**
 * The resources that a provider under test must contain below its base. It may contain further
 * resources.
 */
export const contractResources: Readonly<Record<string, string>> = {
  'alpha.txt': '0123456789',
  'sub/beta.md': '# Beta\n',
  'sub/empty.txt': '',
  'with space.txt': 'spaced',
}

const { signal } = new AbortController()

/**
 * Defines tests for the behavior that every {@link ResourceProvider} must have. Call it inside a
 * `describe`.
 */
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

  it('lists only URIs with its prefixes', async () => {
    expect(provider.prefixes.some((prefix) => uriOf('alpha.txt').startsWith(prefix))).toBe(true)
    const uris = await listUris(provider)
    expect(
      uris.filter((uri) => !provider.prefixes.some((prefix) => uri.startsWith(prefix))),
    ).toEqual([])
  })

  it('canonicalizes a URI idempotently', () => {
    const uri = uriOf('with space.txt')
    expect(uri).toContain('with%20space.txt')
    expect(provider.canonicalize(uri)).toBe(uri)
  })

  it('lists each URI once, in order', async () => {
    const uris = await listUris(provider)
    expect(uris).toEqual([...new Set(uris)].toSorted())
  })

  it('continues a list after any URI', async () => {
    const uris = await listUris(provider)
    const rest = await listUris(provider, { after: uris[0] })
    expect(rest).toEqual(uris.slice(1))
    expect(await listUris(provider, { after: uris.at(-1) })).toEqual([])
  })

  it('returns the metadata of a resource', async () => {
    const info = await provider.stat(uriOf('alpha.txt'), { signal })
    expect(info).toMatchObject({ uri: uriOf('alpha.txt'), name: 'alpha.txt', size: 10 })
    expect(info?.mimeType).toMatch(/^text\/plain/)
  })

  it('returns undefined if a resource does not exist', async () => {
    expect(await provider.stat(uriOf('missing.txt'), { signal })).toBeUndefined()
    expect(await provider.open(uriOf('missing.txt'), { start: 0, signal })).toBeUndefined()
    expect(await provider.stat(uriOf('alpha.txt/below'), { signal })).toBeUndefined()
  })

  it('reads whole resources', async () => {
    expect(await read(uriOf('alpha.txt'))).toBe('0123456789')
    expect(await read(uriOf('sub/beta.md'))).toBe('# Beta\n')
    expect(await read(uriOf('sub/empty.txt'))).toBe('')
    expect(await read(uriOf('with space.txt'))).toBe('spaced')
  })

  it('reads ranges', async () => {
    expect(await read(uriOf('alpha.txt'), { start: 4 })).toBe('456789')
    expect(await read(uriOf('alpha.txt'), { start: 2, end: 5 })).toBe('234')
    expect(await read(uriOf('alpha.txt'), { start: 8, end: 100 })).toBe('89')
    expect(await read(uriOf('alpha.txt'), { start: 10 })).toBe('')
    expect(await read(uriOf('alpha.txt'), { start: 1000, end: 1001 })).toBe('')
  })

  it('returns the same metadata by open and stat', async () => {
    const opened = await provider.open(uriOf('alpha.txt'), { start: 0, signal })
    expect(opened?.info).toEqual(await provider.stat(uriOf('alpha.txt'), { signal }))
    await collectText(opened?.body)
  })

  it('omits the body if the etag of the caller matches', async () => {
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

  it('allows a reader to stop after the first chunk', async () => {
    const opened = await provider.open(uriOf('alpha.txt'), { start: 0, signal })
    for await (const chunk of opened?.body ?? []) {
      expect(chunk.length).toBeGreaterThan(0)
      break
    }
    expect(await read(uriOf('alpha.txt'))).toBe('0123456789')
  })

  it('has templates whose URIs begin with one of its prefixes', () => {
    for (const { uriTemplate } of provider.templates ?? []) {
      expect(provider.prefixes.some((prefix) => uriTemplate.startsWith(prefix))).toBe(true)
    }
  })

  describe('if it is writable', () => {
    const bytes = new TextEncoder().encode('new')
    const create = { bytes, mode: 'create', signal } as const
    const update = { bytes, mode: 'update', signal } as const

    it('reads a created resource', async ({ skip }) => {
      if (provider.write === undefined) return skip('the provider is read-only')
      const info = await provider.write(uriOf('new/one.txt'), create)
      expect(info).toMatchObject({ uri: uriOf('new/one.txt'), size: 3 })
      expect(await read(uriOf('new/one.txt'))).toBe('new')
      expect(await provider.stat(uriOf('new/one.txt'), { signal })).toEqual(info)
      expect(await listUris(provider)).toContain(uriOf('new/one.txt'))
    })

    it('does not create a resource that exists', async ({ skip }) => {
      if (provider.write === undefined) return skip('the provider is read-only')
      await expect(async () => provider.write?.(uriOf('alpha.txt'), create)).rejects.toMatchObject({
        code: 'conflict',
      })
      expect(await read(uriOf('alpha.txt'))).toBe('0123456789')
    })

    it('accepts one of two concurrent creations', async ({ skip }) => {
      if (provider.write === undefined) return skip('the provider is read-only')
      const results = await Promise.allSettled([
        provider.write(uriOf('race.txt'), create),
        provider.write(uriOf('race.txt'), create),
      ])
      expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    })

    it('changes the etag on update', async ({ skip }) => {
      if (provider.write === undefined) return skip('the provider is read-only')
      const before = await provider.stat(uriOf('alpha.txt'), { signal })
      const info = await provider.write(uriOf('alpha.txt'), { ...update, ifMatch: before?.etag })
      expect(info.etag).not.toBe(before?.etag)
      expect(await read(uriOf('alpha.txt'))).toBe('new')
    })

    it('does not update a resource that does not exist', async ({ skip }) => {
      if (provider.write === undefined) return skip('the provider is read-only')
      await expect(async () =>
        provider.write?.(uriOf('missing.txt'), update),
      ).rejects.toMatchObject({
        code: 'not-found',
      })
    })

    it('rejects a change with a stale etag', async ({ skip }) => {
      if (provider.write === undefined) return skip('the provider is read-only')
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

    it('accepts one of two concurrent updates with the same etag', async ({ skip }) => {
      if (provider.write === undefined) return skip('the provider is read-only')
      const ifMatch = (await provider.stat(uriOf('alpha.txt'), { signal }))?.etag
      const results = await Promise.allSettled([
        provider.write(uriOf('alpha.txt'), { ...update, ifMatch }),
        provider.write(uriOf('alpha.txt'), { ...update, ifMatch }),
      ])
      expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    })

    it('removes a resource once', async ({ skip }) => {
      if (provider.remove === undefined) return skip('the provider is read-only')
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

  it('stops watching, and can be stopped twice', async ({ skip }) => {
    if (provider.watch === undefined) return skip('the provider cannot be watched')
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
