import type { Exchange } from './exchange.ts'

export type Filter = (exchange: Exchange) => boolean

const names = ['server', 'operation', 'status', 'kind', 'from'] as const

/**
 * Returns the filter that a text describes: words, which must all occur, and conditions such as
 * `server:roots,tools`, `status:error` and `duration:>500`. A condition with `-` excludes the exchanges that
 * it matches. Gaps are always selected.
 */
export function parseFilter(text: string): Filter {
  const conditions = text.split(/\s+/).filter(Boolean).map(parseCondition)
  return (exchange) => exchange.kind === 'gap' || conditions.every((meets) => meets(exchange))
}

function parseCondition(text: string): Filter {
  if (text.startsWith('-') && text.length > 1) {
    const meets = parseCondition(text.slice(1))
    return (exchange) => !meets(exchange)
  }
  const [, name, value = ''] = /^(\w+):(.+)$/.exec(text) ?? []
  const field = names.find((each) => each === name)
  const alternatives = value.toLowerCase().split(',').filter(Boolean)
  if (field === 'status') {
    return (exchange) => alternatives.some((each) => hasStatus(exchange, each))
  }
  if (field !== undefined) {
    return (exchange) => {
      const text = (exchange[field] ?? '').toLowerCase()
      return alternatives.some((each) => text.includes(each))
    }
  }
  const [, sign = '>', number] = /^([<>]?)(\d+(?:\.\d+)?)(?:ms)?$/.exec(value) ?? []
  if (name === 'duration' && number !== undefined) {
    const limit = Number(number)
    return ({ durationMs }) =>
      durationMs !== undefined && (sign === '<' ? durationMs < limit : durationMs > limit)
  }
  const word = text.toLowerCase()
  return (exchange) => exchange.text.includes(word) || exchange.id.toLowerCase().includes(word)
}

/** `error` matches each error code, and `open` requests without a response. */
function hasStatus({ kind, status }: Exchange, value: string): boolean {
  if (value === 'open') return kind === 'request' && status === undefined
  if (value === 'error') return isFailure({ kind, status: status ?? 'success' })
  return (status ?? '').toLowerCase().includes(value)
}

/** Whether an exchange ended with an error. A cancellation is not an error. */
export function isFailure({
  kind,
  status = 'success',
}: Pick<Exchange, 'kind' | 'status'>): boolean {
  return kind !== 'interaction' && status !== 'success' && status !== 'cancelled'
}
