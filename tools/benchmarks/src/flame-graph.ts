import * as z from 'zod'

const profileSchema = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({
        functionName: z.string(),
        url: z.string(),
        lineNumber: z.number(),
      }),
      children: z.array(z.number()).optional(),
    }),
  ),
  samples: z.array(z.number()),
})

export type Profile = z.output<typeof profileSchema>

export const parseProfile = (text: string): Profile => profileSchema.parse(JSON.parse(text))

/**
 * One function in the call tree. `total` is the number of samples in it and in the functions that it called.
 */
interface Frame {
  readonly name: string
  readonly total: number
  readonly children: readonly Frame[]
}

const widthPx = 1400
const rowPx = 17
const minFramePx = 1.5

/**
 * Returns the flame graph of a CPU profile of V8 as SVG. A function is below its caller, and its width is
 * proportional to its time.
 */
export function drawFlameGraph(profile: Profile, title: string): string {
  const root = buildTree(profile)
  const rectangles: string[] = []
  let depthMax = 0

  function draw(frame: Frame, x: number, depth: number): void {
    const width = (frame.total / root.total) * widthPx
    if (width < minFramePx) return
    depthMax = Math.max(depthMax, depth)
    const percent = ((frame.total / root.total) * 100).toFixed(1)
    const letters = Math.floor((width - 6) / 6.5)
    const label = letters < 3 ? '' : escapeXml(frame.name.slice(0, letters))
    const y = depth * rowPx + 30
    rectangles.push(
      `<g><title>${escapeXml(frame.name)} ${percent} %</title><rect x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${rowPx - 1}" fill="${colourOf(frame.name)}"/><text x="${(x + 3).toFixed(1)}" y="${y + 12}">${label}</text></g>`,
    )
    let left = x
    for (const child of frame.children) {
      draw(child, left, depth + 1)
      left += (child.total / root.total) * widthPx
    }
  }

  draw(root, 0, 0)
  const height = (depthMax + 1) * rowPx + 40
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${widthPx} ${height}" font-family="monospace" font-size="11">
<rect width="100%" height="100%" fill="white"/><text x="4" y="18" font-size="14">${escapeXml(title)}</text>
${rectangles.join('\n')}
</svg>
`
}

/** Returns the functions with the most samples of their own, and their share of the time. */
export function heaviestFunctions(
  profile: Profile,
  count: number,
): [name: string, share: number][] {
  const names = new Map(profile.nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]))
  const counts = new Map<string, number>()
  for (const id of profile.samples) {
    const name = names.get(id) ?? ''
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const idle = counts.get('(idle)') ?? 0
  counts.delete('(idle)')
  const busy = profile.samples.length - idle
  return Array.from(counts, ([name, own]): [string, number] => [name, own / busy])
    .toSorted(([, left], [, right]) => right - left)
    .slice(0, count)
}

function buildTree({ nodes, samples }: Profile): Frame {
  const own = new Map<number, number>()
  for (const id of samples) own.set(id, (own.get(id) ?? 0) + 1)
  const byId = new Map(nodes.map((node) => [node.id, node]))

  function build(id: number): Frame {
    const node = byId.get(id)
    const children = (node?.children ?? [])
      .map(build)
      .filter(({ name, total }) => total > 0 && name !== '(idle)')
      .toSorted((left, right) => right.total - left.total)
    const total = children.reduce((sum, child) => sum + child.total, own.get(id) ?? 0)
    return { name: node === undefined ? '' : nameOf(node.callFrame), total, children }
  }

  return build(nodes[0]?.id ?? 0)
}

function nameOf({ functionName, url, lineNumber }: Profile['nodes'][number]['callFrame']): string {
  const file = url.split('/').slice(-2).join('/')
  const place = file === '' ? '' : ` ${file}:${lineNumber + 1}`
  return `${functionName === '' ? '(anonymous)' : functionName}${place}`
}

function colourOf(name: string): string {
  let hash = 0
  for (const letter of name) hash = (hash * 31 + letter.charCodeAt(0)) % 360
  // Code of Node and of V8 is grey.
  return name.includes('libs/') || name.includes('/') ? `hsl(${hash % 60}, 80%, 70%)` : '#ddd'
}

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
